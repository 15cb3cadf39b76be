#include "cli/progress_display.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "run/events.h"

namespace tarn::cli {
namespace {

using Mode = ProgressDisplay::Mode;

constexpr char kUpOneAndClear[] = "\x1b[1A\r\x1b[J";

TEST(ProgressDisplay, APipeGetsALog) {
  std::ostringstream stream;
  Terminal pipe(stream);
  ProgressDisplay display(pipe, Mode::kAutomatic, arrow::StopToken::Unstoppable());
  display.OnEvent(run::SourceListed{"events", 30, 3'000'000});
  display.OnEvent(run::SourceProgress{"events", 1, 100, 1, 1, false});
  display.OnEvent(run::TableWritten{"songs", 71, 1, 5000, 1, 4});
  display.Finish();
  display.OnEvent(run::TableWritten{"late", 71, 1, 5000, 1, 4});
  EXPECT_EQ(stream.str(),
            "source events: 30 files, 3.0 MB\ntable songs: wrote 71 rows in 1 file, 5.0 kB\n");
}

TEST(ProgressDisplay, APipeIsToldAgainAndAgainHowFarItIs) {
  std::ostringstream stream;
  Terminal pipe(stream);
  ProgressDisplay display(pipe, Mode::kAutomatic, arrow::StopToken::Unstoppable(),
                          std::chrono::milliseconds(20));
  display.OnEvent(run::TaskProgress{"songs", 20, 3});
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  display.Finish();
  const std::string shown = stream.str();
  const std::string line = "after 0 s: songs 3 of 20 tasks\n";
  ASSERT_EQ(shown.substr(0, line.size()), line);
  EXPECT_EQ(shown.substr(line.size(), line.size()), line);
}

TEST(ProgressDisplay, QuietSaysNothing) {
  std::ostringstream stream;
  Terminal pipe(stream);
  for (Mode mode : {Mode::kNone, Mode::kTerminalOnly}) {
    ProgressDisplay display(pipe, mode, arrow::StopToken::Unstoppable());
    display.OnEvent(run::SourceListed{"events", 30, 3'000'000});
  }
  EXPECT_EQ(stream.str(), "");
}

TEST(ProgressDisplay, ATerminalGetsLinesThatAreClearedAtTheEnd) {
  int master = -1;
  int slave = -1;
  winsize size{.ws_row = 24, .ws_col = 30, .ws_xpixel = 0, .ws_ypixel = 0};
  ASSERT_EQ(openpty(&master, &slave, nullptr, nullptr, &size), 0);
  std::ostringstream stream;
  {
    Terminal terminal(stream, slave);
    ASSERT_TRUE(terminal.is_terminal());
    ASSERT_EQ(terminal.Width(), 30u);
    ProgressDisplay display(terminal, Mode::kAutomatic, arrow::StopToken::Unstoppable());
    display.OnEvent(run::TableProgress{"songs", 71});
    std::this_thread::sleep_for(std::chrono::milliseconds(350));
    display.Finish();
  }
  close(master);
  close(slave);
  std::string shown = stream.str();
  EXPECT_EQ(shown.rfind("songs  71 rows\n", 0), 0u) << shown;
  EXPECT_TRUE(shown.ends_with(kUpOneAndClear)) << shown;
}

}  // namespace
}  // namespace tarn::cli
