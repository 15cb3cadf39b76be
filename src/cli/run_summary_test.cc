#include "cli/run_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace tarn::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string SummaryOf(const run::RunRecord& record) {
  std::ostringstream stream;
  return SummaryText(record, "/lake", Terminal(stream, -1));
}

run::TableRecord TableOf(const std::string& name, run::TableChange change, int64_t num_rows) {
  run::TableRecord table;
  table.name = name;
  table.change = change;
  table.num_rows = num_rows;
  return table;
}

run::RunRecord RecordWithSource(int64_t num_same, int64_t num_new) {
  run::RunRecord record;
  record.sources.emplace_back().name = "events";
  record.sources[0].compared = run::SourceCompared{"events", num_same, num_new};
  return record;
}

TEST(RunSummaryTest, WhatWasNewAndWhatBecameOfTables) {
  run::RunRecord record = RecordWithSource(30, 31);
  record.tables = {TableOf("plays", run::TableChange::kAppend, 2'200'000),
                   TableOf("songs", run::TableChange::kNone, 71),
                   TableOf("users", run::TableChange::kRebuild, 96)};
  record.tables[0].num_rows_before = 100'000;
  record.tables[0].num_rows_added = 2'100'000;
  record.tables[2].reason = "its SQL changed";
  const std::string text = SummaryOf(record);
  EXPECT_THAT(text, HasSubstr("100,000 → 2,200,000"));
  EXPECT_THAT(text, HasSubstr("\n\n+31 files, +2,100,000 rows\nusers is rebuilt: its SQL changed\n"
                              "as before: songs\n\nread "));
  EXPECT_THAT(text, Not(HasSubstr("\nsongs ")));
}

TEST(RunSummaryTest, PartitionsThatWereRewritten) {
  run::RunRecord record = RecordWithSource(30, 2);
  record.tables = {TableOf("users", run::TableChange::kMerge, 96),
                   TableOf("visits", run::TableChange::kMerge, 31)};
  record.tables[0].num_rows_added = 0;
  record.tables[0].num_partitions_replaced = 1;
  record.tables[1].num_rows_added = 31;
  record.tables[1].num_partitions_replaced = 2;
  EXPECT_THAT(SummaryOf(record), HasSubstr("\n+2 files, +31 rows, 3 partitions rewritten\n"));
}

TEST(RunSummaryTest, NothingNew) {
  run::RunRecord record = RecordWithSource(1234, 0);
  record.tables = {TableOf("songs", run::TableChange::kNone, 71)};
  EXPECT_EQ(SummaryOf(record),
            "nothing new in 1,234 files; 1 table as before, nothing written in /lake\n");
}

TEST(RunSummaryTest, AFirstRunSaysNoMore) {
  run::RunRecord record;
  record.sources.emplace_back().name = "events";
  record.tables = {TableOf("songs", run::TableChange::kRebuild, 71)};
  EXPECT_THAT(SummaryOf(record), Not(HasSubstr("rebuilt")));
  EXPECT_THAT(SummaryOf(record), Not(HasSubstr("+")));
}

TEST(RunSummaryTest, PartitionsThatWereReplaced) {
  run::RunRecord record = RecordWithSource(30, 1);
  record.tables = {TableOf("plays", run::TableChange::kReplacePartitions, 60)};
  record.tables[0].reason = "source events changed";
  record.tables[0].num_partitions = 3;
  EXPECT_THAT(SummaryOf(record),
              HasSubstr("\nplays has 3 partitions replaced: source events changed\n"));
}

TEST(RunSummaryTest, OneLine) {
  run::RunRecord record = RecordWithSource(30, 2);
  record.run_id = "20181121T233007Z-3f9a2c";
  record.seconds = 0.041;
  record.sources[0].num_bad_records = 3;
  record.tables = {TableOf("plays", run::TableChange::kAppend, 60),
                   TableOf("songs", run::TableChange::kNone, 71),
                   TableOf("users", run::TableChange::kRebuild, 96)};
  record.tables[0].num_rows_before = 50;
  record.tables[2].reason = "its SQL changed";
  EXPECT_EQ(SummaryLine(record),
            "20181121T233007Z-3f9a2c: plays 50 → 60; users 96, is rebuilt: its SQL changed; 3 bad "
            "records; +2 files, 41 ms\n");
  record.tables = {TableOf("songs", run::TableChange::kNone, 71)};
  record.sources = {};
  EXPECT_EQ(SummaryLine(record), "20181121T233007Z-3f9a2c: nothing new; +0 files, 41 ms\n");
}

}  // namespace
}  // namespace tarn::cli
