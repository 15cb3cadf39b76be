#include "cli/error_text.h"

#include <gtest/gtest.h>

#include <sstream>

namespace tarn::cli {
namespace {

TEST(ExitCodes, FollowTheKindOfError) {
  EXPECT_EQ(ExitCodeOf(Status::OK()), 0);
  EXPECT_EQ(ExitCodeOf(MakeError(ErrorKind::kFailed, "")), 1);
  EXPECT_EQ(ExitCodeOf(Status::IOError("disk full")), 1);
  EXPECT_EQ(ExitCodeOf(MakeError(ErrorKind::kConflict, "")), 5);
  EXPECT_EQ(ExitCodeOf(MakeError(ErrorKind::kUsage, "")), 2);
  EXPECT_EQ(ExitCodeOf(MakeError(ErrorKind::kBadInput, "")), 3);
  EXPECT_EQ(ExitCodeOf(MakeError(std::vector<Diagnostic>(1))), 3);
  EXPECT_EQ(ExitCodeOf(MakeError(ErrorKind::kCheckFailed, "")), 4);
  EXPECT_EQ(ExitCodeOf(Status::Cancelled("")), 130);
}

class ErrorTextTest : public testing::Test {
 protected:
  std::ostringstream stream_;
  Terminal plain_{stream_};
};

TEST_F(ErrorTextTest, AMessageAlone) {
  EXPECT_EQ(ErrorText(Status::IOError("disk full"), plain_), "error: disk full\n");
}

TEST_F(ErrorTextTest, EveryDiagnosticAndTheirNumber) {
  Diagnostic first{"tarn.toml", 3, 1, "table.songs.keys", "unknown key", "did you mean 'key'?", ""};
  Diagnostic second{
      "songs.sql", 2, 8, "", "unknown column 'titel'", "", "  SELECT titel\n         ^"};
  EXPECT_EQ(ErrorText(MakeError({first}), plain_),
            "error: tarn.toml:3:1: table.songs.keys: unknown key\n  hint: did you mean 'key'?\n");
  EXPECT_EQ(ErrorText(MakeError({first, second}), plain_),
            "error: tarn.toml:3:1: table.songs.keys: unknown key\n  hint: did you mean 'key'?\n"
            "error: songs.sql:2:8: unknown column 'titel'\n  SELECT titel\n         ^\n"
            "2 errors\n");
}

TEST_F(ErrorTextTest, AnInterruptIsNoError) {
  EXPECT_EQ(ErrorText(MakeError(ErrorKind::kCancelled, "interrupted"), plain_), "interrupted\n");
}

}  // namespace
}  // namespace tarn::cli
