#include "run/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::run {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr size_t kWide = 200;
constexpr size_t kTall = 50;

TEST(Progress, StartsEmpty) { EXPECT_THAT(Progress().Lines(0, kWide, kTall), IsEmpty()); }

TEST(Progress, ASourceShowsBytesShareRateAndTimeLeft) {
  Progress progress;
  progress.Apply(SourceListed{"events", 30, 100'000'000}, 0);
  progress.Apply(SourceProgress{"events", 10, 25'000'000, 50'000, 40'000, false}, 1);
  EXPECT_THAT(
      progress.Lines(1, kWide, kTall),
      ElementsAre("events  [=====>              ]  25%  25 MB of 100 MB  25 MB/s  3 s left  "
                  "50,000 records"));
}

TEST(Progress, TheRateIsThatOfTheLastSeconds) {
  Progress progress;
  progress.Apply(SourceListed{"events", 1, 1'000'000'000}, 0);
  for (int second = 1; second <= 100; ++second) {
    progress.Apply(SourceProgress{"events", 0, second * 1'000'000, 0, 0, false}, second);
  }
  for (int second = 101; second <= 110; ++second) {
    int64_t num_bytes = 100'000'000 + (second - 100) * 50'000'000;
    progress.Apply(SourceProgress{"events", 0, num_bytes, 0, 0, false}, second);
  }
  EXPECT_THAT(progress.Lines(110, kWide, kTall).at(0), testing::HasSubstr("50 MB/s  8 s left"));
}

TEST(Progress, AStalledSourceHasNoTimeLeft) {
  Progress progress;
  progress.Apply(SourceListed{"events", 1, 1000}, 0);
  EXPECT_THAT(progress.Lines(5, kWide, kTall),
              ElementsAre("events  [>                   ]   0%  0 B of 1.0 kB  0 records"));
}

TEST(Progress, AnEmptySourceIsNoDivisionByZero) {
  Progress progress;
  progress.Apply(SourceListed{"events", 0, 0}, 0);
  EXPECT_THAT(progress.Lines(0, kWide, kTall).at(0), testing::HasSubstr("  0%  0 B of 0 B"));
}

TEST(Progress, OldTotalsDoNotGoBack) {
  Progress progress;
  progress.Apply(SourceListed{"events", 1, 1000}, 0);
  progress.Apply(SourceProgress{"events", 1, 1000, 10, 5, true}, 2);
  progress.Apply(SourceProgress{"events", 0, 500, 5, 2, false}, 2);
  EXPECT_THAT(progress.Lines(9, kWide, kTall),
              ElementsAre("events  read 1.0 kB  in 2.00 s  1 file  10 records"));
}

TEST(Progress, TablesFollowSourcesWithNamesAligned) {
  Progress progress;
  progress.Apply(TableProgress{"songplays", 1234}, 0.5);
  progress.Apply(SourceListed{"events", 1, 0}, 0);
  progress.Apply(SourceProgress{"events", 1, 0, 1, 1, true}, 1);
  progress.Apply(TableProgress{"songs", 3}, 1);
  progress.Apply(TableWritten{"songs", 71, 70, 5000, 69, 1}, 1);
  EXPECT_THAT(progress.Lines(1, kWide, kTall),
              ElementsAre("events     read 0 B  in 1.00 s  1 file  1 record",
                          "songplays  1,234 rows", "songs      wrote 71 rows  70 files  5.0 kB"));
}

TEST(Progress, ASourceOnAClusterShowsTasks) {
  Progress progress;
  progress.Apply(SourceListed{"events", 30, 100'000'000}, 0);
  progress.Apply(TaskProgress{"events", 20, 5}, 1);
  EXPECT_THAT(progress.Lines(1, kWide, kTall), ElementsAre("events  5 of 20 tasks  100 MB"));
}

TEST(Progress, ASourceOnAClusterShowsWhatTheClusterTellsOfBytes) {
  Progress progress;
  progress.Apply(SourceListed{"events", 30, 100'000'000}, 0);
  progress.Apply(TaskProgress{"events", 20, 5, 25'000'000}, 1);
  EXPECT_THAT(
      progress.Lines(1, kWide, kTall),
      ElementsAre("events  [=====>              ]  25%  25 MB of 100 MB  25 MB/s  3 s left  "
                  "5 of 20 tasks"));
  progress.Apply(TaskProgress{"events", 20, 20, 120'000'000}, 2);
  EXPECT_THAT(progress.Lines(2, kWide, kTall).at(0), testing::HasSubstr("100%  100 MB of 100 MB"));
}

TEST(Progress, ATableOnAClusterShowsTasksAndBytes) {
  Progress progress;
  progress.Apply(TaskProgress{"songs", 20, 5}, 1);
  EXPECT_THAT(progress.Lines(1, kWide, kTall), ElementsAre("songs  5 of 20 tasks"));
  progress.Apply(TaskProgress{"songs", 20, 6, 2'000'000}, 1);
  EXPECT_THAT(progress.Lines(1, kWide, kTall), ElementsAre("songs  6 of 20 tasks  read 2.0 MB"));
}

TEST(Progress, OneLineSaysHowFarItIs) {
  Progress progress;
  EXPECT_EQ(progress.StatusLine(10), "after 10 s: still at work");
  progress.Apply(EngineWaiting{"waiting for Spark"}, 0);
  EXPECT_EQ(progress.StatusLine(10), "after 10 s: waiting for Spark");
  progress.Apply(SourceListed{"events", 30, 100'000'000}, 10);
  progress.Apply(SourceListed{"songs", 30, 1'000}, 10);
  progress.Apply(TaskProgress{"events", 40, 8, 0}, 11);
  progress.Apply(SourceProgress{"songs", 30, 250, 3, 3, false}, 12);
  progress.Apply(TaskProgress{"users", 20, 3}, 19);
  EXPECT_EQ(progress.StatusLine(20),
            "after 20 s: events 8 of 40 tasks, 100 MB; songs 25%, 250 B of 1.0 kB, 25 B/s, 30 s "
            "left, 3 records; users 3 of 20 tasks");
  progress.Apply(SourceProgress{"events", 30, 100'000'000, 3, 3, true}, 20);
  progress.Apply(SourceProgress{"songs", 30, 1'000, 3, 3, true}, 20);
  progress.Apply(TableWritten{"users", 71, 1, 5000, 1, 4}, 20);
  EXPECT_EQ(progress.StatusLine(80), "after 1 min 20 s: waiting for Spark");
}

TEST(Progress, NarrowLinesLoseWholeSegments) {
  Progress progress;
  progress.Apply(SourceListed{"events", 30, 100'000'000}, 0);
  progress.Apply(SourceProgress{"events", 10, 25'000'000, 50'000, 40'000, false}, 1);
  EXPECT_THAT(progress.Lines(1, 50, kTall), ElementsAre("events  [=====>              ]  25%"));
  EXPECT_THAT(progress.Lines(1, 52, kTall),
              ElementsAre("events  [=====>              ]  25%  25 MB of 100 MB"));
  EXPECT_THAT(progress.Lines(1, 4, kTall), ElementsAre("even"));
}

TEST(Progress, LowTerminalsLoseFinishedLinesFirst) {
  Progress progress;
  for (const char* name : {"a", "b", "c"}) progress.Apply(TableWritten{name, 1, 1, 1, 1, 1}, 1);
  for (const char* name : {"d", "e"}) progress.Apply(TableProgress{name, 2}, 1);
  EXPECT_THAT(progress.Lines(1, kWide, 3), ElementsAre("d  2 rows", "e  2 rows", "and 3 more"));
  EXPECT_THAT(progress.Lines(1, kWide, 2), ElementsAre("d  2 rows", "and 4 more"));
  EXPECT_THAT(progress.Lines(1, kWide, 1), ElementsAre("and 5 more"));
  EXPECT_EQ(progress.Lines(1, kWide, 5).size(), 5u);
}

TEST(Progress, TheLogHasOneLineForWhatBeginsOrEnds) {
  Progress progress;
  auto log = [&](const Event& event, double seconds) {
    progress.Apply(event, seconds);
    return progress.LogLine(event);
  };
  EXPECT_EQ(log(SourceListed{"events", 30, 100'000'000}, 0), "source events: 30 files, 100 MB");
  EXPECT_EQ(log(SourceProgress{"events", 10, 25'000'000, 50'000, 40'000, false}, 1), "");
  EXPECT_EQ(log(SourceProgress{"events", 30, 100'000'000, 200'000, 160'000, true}, 4),
            "source events: read 200,000 records, kept 160,000 rows, in 4.00 s, 25 MB/s");
  EXPECT_EQ(log(TableProgress{"songs", 5}, 4), "");
  EXPECT_EQ(log(TableWritten{"songs", 71, 1, 5000, 1, 4}, 4),
            "table songs: wrote 71 rows in 1 file, 5.0 kB");
  EXPECT_EQ(log(Committed{0.012}, 5), "committed in 12 ms");
}

}  // namespace
}  // namespace tarn::run
