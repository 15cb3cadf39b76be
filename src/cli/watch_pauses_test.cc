#include "cli/watch_pauses.h"

#include <gtest/gtest.h>

namespace tarn::cli {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Status kFailure = MakeError(ErrorKind::kFailed, "no network");
const Status kBadFile = MakeError(ErrorKind::kBadInput, "no JSON");
const Status kHeld = MakeError(ErrorKind::kConflict, "another run holds the lake");

TEST(WatchPausesTest, TheIntervalWhenAllIsWell) {
  WatchPauses pauses(seconds(60), [] { return 0.9; });
  EXPECT_EQ(pauses.After(Status::OK()), seconds(60));
  EXPECT_EQ(pauses.After(Status::OK()), seconds(60));
}

TEST(WatchPausesTest, LongerAfterEachFailureUpToALimit) {
  WatchPauses pauses(seconds(60), [] { return 0.0; });  // half of each
  EXPECT_EQ(pauses.After(kFailure), minutes(1));
  EXPECT_EQ(pauses.After(kBadFile), minutes(2));
  EXPECT_EQ(pauses.After(kFailure), minutes(4));
  EXPECT_EQ(pauses.After(kFailure), minutes(8));
  EXPECT_EQ(pauses.After(kFailure), minutes(8));
  EXPECT_EQ(pauses.After(Status::OK()), minutes(1));
  EXPECT_EQ(pauses.After(kFailure), minutes(1));
}

TEST(WatchPausesTest, AnHourAtMostUnlessTheIntervalIsLonger) {
  WatchPauses minutes_apart(minutes(20), [] { return 0.0; });
  EXPECT_EQ(minutes_apart.After(kFailure), minutes(20));
  EXPECT_EQ(minutes_apart.After(kFailure), minutes(30));
  EXPECT_EQ(minutes_apart.After(kFailure), minutes(30));
  WatchPauses hours_apart(hours(24), [] { return 0.5; });
  EXPECT_EQ(hours_apart.After(kFailure), hours(18));
  EXPECT_EQ(hours_apart.After(kFailure), hours(18));
}

TEST(WatchPausesTest, ByChanceButNeverBelowHalf) {
  double chance = 0;
  WatchPauses pauses(seconds(10), [&] { return chance; });
  EXPECT_EQ(pauses.After(kFailure), seconds(10));
  chance = 0.25;
  EXPECT_EQ(pauses.After(kFailure), seconds(25));
}

TEST(WatchPausesTest, AHeldLakeIsNoFailure) {
  WatchPauses pauses(seconds(10), [] { return 0.5; });
  for (int round = 0; round < 3; ++round) EXPECT_EQ(pauses.After(kHeld), milliseconds(7500));
  EXPECT_EQ(pauses.After(kFailure), seconds(15));
}

}  // namespace
}  // namespace tarn::cli
