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

TEST(Diagnostic, LocatesOffsets) {
  auto at = LocateOffset("a\nbé c", 6);
  EXPECT_EQ(at.line, 2);
  EXPECT_EQ(at.column, 4);
}

TEST(Diagnostic, NearestFindsWhatWasMeant) {
  EXPECT_EQ(Nearest("titel", {"song_id", "title", "year"}), "title");
  EXPECT_EQ(Nearest("Yaer", {"song_id", "title", "year"}), "year");
  EXPECT_EQ(Nearest("zzzz", {"song_id", "title", "year"}), "");
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
