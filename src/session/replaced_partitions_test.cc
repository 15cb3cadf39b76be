// Tables with replace = "partitions": a run of a period leaves the partitions that it has no rows
// of.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "base/sample_row.h"
#include "local/local_engine.h"
#include "session/session.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::session {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using Settings = std::vector<std::pair<std::string, std::string>>;

class ReplacedPartitionsTest : public testing::Test {
 protected:
  ReplacedPartitionsTest() {
    Toml();
    Sql("plays", "SELECT id, day FROM events");
    Sql("counts", "SELECT day, count(*) AS n FROM events GROUP BY day");
    for (int day = 1; day <= 4; ++day) Day(day, {day * 10, day * 10 + 1});
  }

  void Toml(const std::string& of_plays = "", const std::string& settings = "") const {
    folder_.Write("tarn.toml", R"([lake]
input = "raw"
output = "lake"
[source.events]
path = "{yyyy}-{MM}-{dd}*.json"
schema = "id BIGINT, day INT"
[table.plays]
partition_by = ["day"]
replace = "partitions"
)" + of_plays + R"(
[table.counts]
partition_by = ["day"]
replace = "partitions"
)" + settings);
  }

  void Sql(const std::string& table, const std::string& sql) const {
    folder_.Write(table + ".sql", sql);
  }

  // A file of one day.
  void Day(int day, const std::vector<int>& ids, const std::string& suffix = "") const {
    std::string lines;
    for (const int id : ids) lines += fmt::format("{{\"id\":{},\"day\":{}}}\n", id, day);
    folder_.Write(fmt::format("raw/2026-11-{:02}{}.json", day, suffix), lines);
  }

  RunOutcome Try(const Settings& settings = {}, const RunRequest& request = {}) {
    warnings_.clear();
    auto session = Session::Open(folder_.path(), {settings});
    EXPECT_TRUE(session.ok()) << session.status();
    local::LocalEngine engine(1);
    RunWatch watch;
    watch.warn = [this](const std::string& warning) { warnings_.push_back(warning); };
    auto outcome = (*session)->Run(request, &engine, watch);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return *std::move(outcome);
  }

  RunOutcome Run(const Settings& settings = {}, const RunRequest& request = {}) {
    RunOutcome outcome = Try(settings, request);
    EXPECT_TRUE(outcome.status.ok()) << outcome.status;
    return outcome;
  }

  static Settings Since(int day) {
    return {{"source.events.since", fmt::format("2026-11-{:02}", day)}};
  }

  // Its rows as "id/day", sorted.
  std::vector<std::string> Rows(const std::string& table) const {
    const auto session = *Session::Open(folder_.path(), {});
    const auto storage = session->storages()->For("/").ValueOrDie();
    const auto info = lake::DescribeTable(storage.get(), folder_ / "lake/" + table);
    EXPECT_TRUE(info.ok()) << info.status();
    const auto batch = lake::ReadHead(storage, *info, 1 << 20).ValueOrDie();
    std::vector<std::string> rows;
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      rows.push_back(RowText(SampleOf(*batch, row).ValueOrDie()));
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  static const run::TableRecord& TableOf(const RunOutcome& outcome, const std::string& name) {
    for (const run::TableRecord& table : outcome.record.tables) {
      if (table.name == name) return table;
    }
    ADD_FAILURE() << "no table " << name;
    return outcome.record.tables.front();
  }

  static std::string ChangeOf(const RunOutcome& outcome, const std::string& name) {
    const run::TableRecord& table = TableOf(outcome, name);
    return std::string(run::NameOf(table.change)) +
           (table.reason.empty() ? "" : ": " + table.reason);
  }

  storage::TemporaryFolder folder_;
  std::vector<std::string> warnings_;  // of the last run
};

TEST_F(ReplacedPartitionsTest, APeriodReplacesItsPartitionsAlone) {
  Run();
  Day(3, {30, 31, 32});
  std::filesystem::remove(folder_ / "raw/2026-11-01.json");  // kept for some days only
  const RunOutcome outcome = Run(Since(3));
  EXPECT_EQ(ChangeOf(outcome, "plays"), "partitions: source events changed");
  const run::TableRecord& plays = TableOf(outcome, "plays");
  EXPECT_EQ(plays.num_rows, 9);
  EXPECT_EQ(plays.num_rows_before, 8);
  EXPECT_EQ(plays.num_partitions, 2);
  EXPECT_THAT(Rows("plays"),
              ElementsAre("id = 10, day = 1", "id = 11, day = 1", "id = 20, day = 2",
                          "id = 21, day = 2", "id = 30, day = 3", "id = 31, day = 3",
                          "id = 32, day = 3", "id = 40, day = 4", "id = 41, day = 4"));
  EXPECT_THAT(Rows("counts"),
              ElementsAre("n = 2, day = 1", "n = 2, day = 2", "n = 2, day = 4", "n = 3, day = 3"));
  EXPECT_THAT(warnings_, IsEmpty());
}

// Then the ledger says of the table what is true: nothing is new, and new files are added.
TEST_F(ReplacedPartitionsTest, RunsOfTheSamePeriodAreIncremental) {
  Run();
  Run(Since(3));
  EXPECT_EQ(ChangeOf(Run(Since(3)), "plays"), "none");
  Day(4, {42}, "-late");
  const RunOutcome outcome = Run(Since(3));
  EXPECT_EQ(ChangeOf(outcome, "plays"), "append");
  EXPECT_THAT(ChangeOf(outcome, "counts"), StartsWith("partitions: nothing is kept of its groups"));
  EXPECT_EQ(TableOf(outcome, "plays").num_rows, 9);
  EXPECT_THAT(Rows("counts"),
              ElementsAre("n = 2, day = 1", "n = 2, day = 2", "n = 2, day = 3", "n = 3, day = 4"));
  EXPECT_EQ(ChangeOf(Run(Since(3)), "counts"), "none");
}

TEST_F(ReplacedPartitionsTest, WithoutAPeriodTheTableIsReplaced) {
  Run(Since(3));
  EXPECT_EQ(Rows("counts").size(), 2U);
  std::filesystem::remove(folder_ / "raw/2026-11-04.json");
  EXPECT_EQ(ChangeOf(Run(), "counts"), "rebuild: source events changed");
  EXPECT_THAT(Rows("counts"), ElementsAre("n = 2, day = 1", "n = 2, day = 2", "n = 2, day = 3"));
}

TEST_F(ReplacedPartitionsTest, APartitionWithoutRowsStays) {
  Run(Since(1));
  Day(2, {});
  EXPECT_THAT(ChangeOf(Run(Since(1)), "counts"), StartsWith("partitions: source events: 1 file c"));
  EXPECT_THAT(Rows("counts"),
              ElementsAre("n = 2, day = 1", "n = 2, day = 2", "n = 2, day = 3", "n = 2, day = 4"));
  EXPECT_EQ(ChangeOf(Run(Since(1)), "counts"), "none");
}

TEST_F(ReplacedPartitionsTest, APeriodThatCutsAPartitionIsWarnedOf) {
  Sql("plays", "SELECT id, day DIV 3 AS day FROM events");  // days 1 and 2, 3 and 4
  Run();
  Run(Since(2));
  EXPECT_THAT(warnings_, ElementsAre(AllOf(HasSubstr("table plays"), HasSubstr("had 8 rows"),
                                           HasSubstr("have 6 now"))));
}

TEST_F(ReplacedPartitionsTest, FullReplacesPartitionsOfThePeriodToo) {
  Run();
  Day(4, {44});
  EXPECT_EQ(ChangeOf(Run(Since(4), {.is_full = true}), "plays"), "partitions");
  EXPECT_EQ(Rows("plays").size(), 7U);
  EXPECT_EQ(ChangeOf(Run(Since(4)), "plays"), "none");
}

TEST_F(ReplacedPartitionsTest, ShrinkDropsTheOthers) {
  Run();
  EXPECT_EQ(ChangeOf(Run(Since(4), {.takes_rows_away = true}), "plays"),
            "rebuild: source events changed");
  EXPECT_THAT(Rows("plays"), ElementsAre("id = 40, day = 4", "id = 41, day = 4"));
}

TEST_F(ReplacedPartitionsTest, OtherTablesRefuseAShorterPeriod) {
  Sql("users", "SELECT max(id) AS id FROM events");
  Run();
  const Status refused = Try(Since(3)).status;
  EXPECT_EQ(KindOf(refused), ErrorKind::kBadInput);
  EXPECT_THAT(MessageOf(refused), HasSubstr("table users was built from those of all times"));
  EXPECT_THAT(HintOf(refused),
              AllOf(HasSubstr("replace = \"partitions\" in [table.users]"), HasSubstr("--full")));
  EXPECT_EQ(Rows("plays").size(), 8U);
}

// The rows of all periods count, not those of the last one alone.
TEST_F(ReplacedPartitionsTest, ATableOfManyPeriodsIsNotReplacedAsAWhole) {
  Run();
  Run(Since(3));
  Run(Since(4));
  Day(4, {45}, "-late");
  Run(Since(4));
  Settings whole = Since(4);
  whole.emplace_back("table.plays.replace", "table");
  const Status refused = Try(whole).status;
  EXPECT_EQ(KindOf(refused), ErrorKind::kBadInput);
  EXPECT_THAT(MessageOf(refused), HasSubstr("table plays was built from those of all times"));
  Run({{"table.plays.replace", "table"}});
}

TEST_F(ReplacedPartitionsTest, PartitionsThatStayMustHaveTheColumnsOfNewOnes) {
  Run();
  Sql("plays", "SELECT CAST(id AS INT) AS id, day FROM events");
  Status refused = Try(Since(3)).status;
  EXPECT_EQ(KindOf(refused), ErrorKind::kBadInput);
  EXPECT_THAT(MessageOf(refused), AllOf(HasSubstr("id INT"), HasSubstr("id BIGINT")));
  Sql("plays", "SELECT id, day FROM events");
  Settings settings = Since(3);
  settings.emplace_back("table.plays.partition_by", "[\"id\"]");
  refused = Try(settings).status;
  EXPECT_EQ(KindOf(refused), ErrorKind::kBadInput);
  EXPECT_THAT(MessageOf(refused), HasSubstr("partition columns are (id)"));
  EXPECT_EQ(Rows("plays").size(), 8U);
}

// Days whose files are read again.
class BackfillTest : public ReplacedPartitionsTest {
 protected:
  static RunRequest Days(int first, int last) {
    constexpr int64_t kDay = int64_t{24} * 3600 * 1'000'000;
    constexpr int64_t kBegin = 20'758 * kDay;  // 2026-11-01
    return {.backfill = Period{kBegin + (first - 1) * kDay, kBegin + last * kDay}};
  }

  // Against a run from nothing, of the tables named.
  void ExpectAsFull(const std::vector<std::string>& tables) {
    std::map<std::string, std::vector<std::string>> now;
    for (const std::string& table : tables) now[table] = Rows(table);
    Run({}, {.is_full = true});
    for (const std::string& table : tables) EXPECT_EQ(now[table], Rows(table)) << table;
  }
};

TEST_F(BackfillTest, DaysAreRepairedAndTheRestIsAsItWas) {
  Run();
  Day(2, {20, 21, 22});
  Day(3, {33});
  const RunOutcome outcome = Run({}, Days(2, 3));
  EXPECT_EQ(ChangeOf(outcome, "plays"),
            "partitions: --backfill reads 2026-11-02..2026-11-03 again");
  EXPECT_EQ(TableOf(outcome, "counts").num_partitions, 2);
  EXPECT_THAT(Rows("counts"),
              ElementsAre("n = 1, day = 3", "n = 2, day = 1", "n = 2, day = 4", "n = 3, day = 2"));
  EXPECT_EQ(ChangeOf(Run(), "plays"), "none");
  ExpectAsFull({"plays", "counts"});
}

TEST_F(BackfillTest, NewFilesOfOtherDaysWaitForTheNextRun) {
  Run();
  Day(1, {15}, "-late");
  Day(5, {50});
  EXPECT_EQ(TableOf(Run({}, Days(1, 2)), "plays").num_rows, 9);
  EXPECT_EQ(ChangeOf(Run(), "plays"), "append");
  ExpectAsFull({"plays", "counts"});
}

TEST_F(BackfillTest, TablesThatAreReplacedAsAWholeAreRebuilt) {
  Sql("users", "SELECT max(id) AS id, count(*) AS n FROM events");
  Run();
  Day(2, {99});
  const RunOutcome outcome = Run({}, Days(2, 2));
  EXPECT_THAT(ChangeOf(outcome, "users"), StartsWith("rebuild: "));
  EXPECT_THAT(ChangeOf(outcome, "plays"), StartsWith("partitions: "));
  EXPECT_THAT(Rows("users"), ElementsAre("id = 99, n = 7"));
  EXPECT_EQ(ChangeOf(Run({}, Days(3, 3)), "users"),
            "rebuild: --backfill reads 2026-11-03..2026-11-03 again");
  EXPECT_EQ(ChangeOf(Run(), "users"), "none");
  ExpectAsFull({"plays", "counts", "users"});
}

// What the days do not repair is made anew, or the run is refused.
TEST_F(BackfillTest, ChangesElsewhereRebuild) {
  EXPECT_EQ(ChangeOf(Run({}, Days(2, 2)), "plays"), "rebuild");
  Day(2, {25});
  Day(4, {45});
  EXPECT_THAT(ChangeOf(Run({}, Days(2, 2)), "plays"),
              StartsWith("rebuild: source events: 2 files changed"));
  ExpectAsFull({"plays", "counts"});
  std::filesystem::remove(folder_ / "raw/2026-11-01.json");
  EXPECT_THAT(ChangeOf(Run({}, Days(2, 2)), "plays"), HasSubstr("1 file gone"));
  Sql("plays", "SELECT id + 1 AS id, day FROM events");
  EXPECT_EQ(ChangeOf(Run({}, Days(2, 2)), "plays"), "rebuild: its SQL changed");
  ExpectAsFull({"plays", "counts"});
}

TEST_F(BackfillTest, DaysBeforeTheWindow) {
  Run();
  Run(Since(4));
  Day(2, {27});
  const RunOutcome outcome = Run(Since(4), Days(2, 2));
  EXPECT_THAT(ChangeOf(outcome, "plays"), StartsWith("partitions: --backfill"));
  EXPECT_THAT(Rows("counts"),
              ElementsAre("n = 1, day = 2", "n = 2, day = 1", "n = 2, day = 3", "n = 2, day = 4"));
  EXPECT_EQ(ChangeOf(Run(Since(4)), "plays"), "none");
  Sql("plays", "SELECT id + 1 AS id, day FROM events");
  const Status refused = Try(Since(4), Days(2, 2)).status;
  EXPECT_EQ(KindOf(refused), ErrorKind::kBadInput);
  EXPECT_THAT(MessageOf(refused), HasSubstr("2026-11-02..2026-11-02 alone do not repair it: its "
                                            "SQL changed"));
}

TEST_F(BackfillTest, WhatCannotBeReadIsSaid) {
  Run();
  Status refused = Try({}, Days(20, 21)).status;
  EXPECT_EQ(KindOf(refused), ErrorKind::kBadInput);
  EXPECT_THAT(MessageOf(refused),
              HasSubstr("source events: there is no file of 2026-11-20..2026-11-21"));
  refused = Try({{"source.events.path", folder_ / "raw/*.json"}}, Days(1, 1)).status;
  EXPECT_EQ(KindOf(refused), ErrorKind::kBadInput);
  EXPECT_THAT(MessageOf(refused), HasSubstr("--backfill needs dates in the paths of a source"));
}

}  // namespace
}  // namespace tarn::session
