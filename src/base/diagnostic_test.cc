#include "base/diagnostic.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace tarn {
namespace {

TEST(Diagnostic, RendersPlaceMessageAndHint) {
  Diagnostic diagnostic{.file = "songs.sql",
                        .line = 2,
                        .column = 8,
                        .message = "no column titel",
                        .hint = "did you mean title?"};
  EXPECT_EQ(Render(diagnostic), "songs.sql:2:8: no column titel\n  hint: did you mean title?");
}

TEST(Diagnostic, ExcerptPutsCaretsUnderTheRange) {
  EXPECT_EQ(Excerpt("SELECT a\nFROM b", 12, 4), "  FROM b\n     ^^^");
  EXPECT_EQ(Excerpt("\tab", 1, 1), "  \tab\n  \t^");
  EXPECT_EQ(Excerpt("é = x", 5, 1), "  é = x\n      ^");
  EXPECT_EQ(Excerpt("ab", 2, 0), "  ab\n    ^");
  EXPECT_EQ(Excerpt("", 0, 1), "  \n  ^");
  EXPECT_EQ(Excerpt("a\r\nb", 0, 1), "  a\n  ^");
}

TEST(Diagnostic, ExcerptOfALongLineIsWhatStandsAroundThePlace) {
  const std::string line = std::string(1000, 'a') + "XY" + std::string(1'000'000, 'b');
  EXPECT_EQ(Excerpt("first\n" + line, 6 + 1000, 2), "  …" + std::string(100, 'a') + "XY" +
                                                        std::string(198, 'b') + "…\n  " +
                                                        std::string(101, ' ') + "^^");
  EXPECT_EQ(Excerpt(line, 0, line.size()),
            "  " + std::string(200, 'a') + "…\n  " + std::string(200, '^'));
  EXPECT_EQ(Excerpt(line, line.size(), 1),
            "  …" + std::string(100, 'b') + "\n  " + std::string(101, ' ') + "^");
}

TEST(Diagnostic, ExcerptCutsBetweenCharacters) {
  std::string line;
  for (int i = 0; i < 1000; ++i) line += "日";
  std::string before, from;
  for (int i = 0; i < 33; ++i) before += "日";
  for (int i = 0; i < 67; ++i) from += "日";
  EXPECT_EQ(Excerpt(line, 1500, 3),
            "  …" + before + from + "…\n  " + std::string(1 + 2 * 33, ' ') + "^^");
}

TEST(Diagnostic, ExcerptIsPrintable) {
  const std::string below = "\n  ";
  EXPECT_EQ(Excerpt("a\x1b]0;x\x07 b", 8, 1),
            "  a\\u001b]0;x\\u0007 b" + below + std::string(18, ' ') + "^");
  EXPECT_EQ(Excerpt("\xff\x9b x", 3, 1), "  \\xFF\\x9B x" + below + std::string(9, ' ') + "^");
  EXPECT_EQ(Excerpt("\u202e x", 0, 3), "  \\u202e x" + below + "^^^^^^");
}

TEST(Diagnostic, NamesStayInTheirLine) {
  EXPECT_EQ(Render({.file = "a\nok: b", .line = 1, .subject = "x\ty", .message = "bad"}),
            "a\\nok: b:1: x\\ty: bad");
}

TEST(Diagnostic, ExcerptHidesPasswords) {
  EXPECT_EQ(Excerpt("e = \"http://user:word@host\"", 4, 5),
            "  e = \"http://*********@host\"\n      ^^^^^");
}

TEST(Diagnostic, LocatesOffsets) {
  auto at = LocateOffset("a\nbé c", 6);
  EXPECT_EQ(at.line, 2);
  EXPECT_EQ(at.column, 4);
}

TEST(Error, KeepsKindAndDiagnosticsThroughContext) {
  Status status = MakeError({Diagnostic{.file = "a.toml", .line = 1, .message = "bad"}});
  status = WithContext(status, "loading");
  EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
  ASSERT_EQ(DiagnosticsOf(status).size(), 1u);
  EXPECT_EQ(MessageOf(status), "loading: a.toml:1: bad");
  EXPECT_EQ(KindOf(Status::Cancelled("stop")), ErrorKind::kCancelled);
  EXPECT_EQ(KindOf(Status::IOError("disk")), ErrorKind::kFailed);
  EXPECT_EQ(KindOf(MakeError(ErrorKind::kConflict, "held")), ErrorKind::kConflict);
}

}  // namespace
}  // namespace tarn
