#include "cli/printable_stream.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <sstream>

#include "cli/terminal.h"

namespace tarn::cli {
namespace {

constexpr char kHostile[] = "\x1b]0;pwned\x07 \u009b31m \xff\x9b \u202e \u2066 \r\x7f";
constexpr char kHarmless[] =
    "\\u001b]0;pwned\\u0007 \\u009b31m \\xFF\\x9B \\u202e \\u2066 \\r\\u007f";

TEST(PrintableStream, EscapesWhatIsWrittenToIt) {
  std::ostringstream target;
  PrintableStream stream(target, "");
  stream << "é\t" << kHostile << '\n' << std::string(kHostile) << '\x1b' << 12 << std::endl;
  EXPECT_EQ(target.str(), "é\t" + std::string(kHarmless) + "\n" + kHarmless + "\\u001b" + "12\n");
  EXPECT_TRUE(stream.good());
}

TEST(PrintableStream, LetsThroughOnlyMarkedSequences) {
  std::ostringstream target;
  PrintableStream stream(target, "0123");
  const std::string red = stream.Control("\x1b[31m");
  stream << red << "a\x1b[31m" << red + "b" + red << "0123\x1b[2J";
  EXPECT_EQ(target.str(), "\x1b[31ma\\u001b[31m\x1b[31mb\x1b[31m0123\\u001b[2J");
  EXPECT_EQ(PrintableStream(target, "").Control("\x1b[31m"), "");
}

TEST(PrintableStream, FailsAsItsTargetDoes) {
  std::ostream closed(nullptr);
  std::stringbuf unwritable("", std::ios_base::in);
  closed.rdbuf(&unwritable);
  PrintableStream stream(closed, "");
  stream << "text" << std::flush;
  EXPECT_FALSE(stream.good());
}

TEST(Terminal, ItsOwnColoursAreNoOneElses) {
  int primary = 0, replica = 0;
  ASSERT_EQ(openpty(&primary, &replica, nullptr, nullptr, nullptr), 0);
  ::unsetenv("NO_COLOR");
  ::setenv("TERM", "xterm", 1);
  std::ostringstream target;
  const Terminal terminal(target, replica);
  terminal.stream() << terminal.Red("error:") << " \x1b[1;31m" << terminal.EraseLines(2)
                    << terminal.ReplaceLine("x");
  EXPECT_EQ(target.str(), "\x1b[1;31merror:\x1b[0m \\u001b[1;31m\x1b[2A\r\x1b[J\rx\x1b[K");
  ::close(primary);
  ::close(replica);
}

}  // namespace
}  // namespace tarn::cli
