// Runs over files that come, change and go: the tables are those of a full run.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/sample_row.h"
#include "lake/ledger_folders.h"
#include "local/local_engine.h"
#include "session/session.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

using RowsByTable = std::map<std::string, std::vector<std::string>>;  // by table, sorted

class IncrementalTest : public testing::Test {
 protected:
  IncrementalTest() {
    Toml("");
    Sql("plays", "SELECT id, who FROM events WHERE id > 0");
    Sql("cities", "SELECT p.id, u.city FROM plays AS p LEFT JOIN users AS u ON u.name = p.who");
    Sql("counts", "SELECT who, count(*) AS n FROM events GROUP BY who");
    Write("users/1", R"({"name":"ann","city":"Oslo"})");
    Write("events/1", R"({"id":1,"who":"ann"})");
    Write("events/2", R"({"id":2,"who":"bob"})");
  }

  void Toml(const std::string& settings, const std::string& of_events = "",
            const std::string& of_plays = "key = [\"id\"]") const {
    folder_.Write("tarn.toml", R"([lake]
input = "raw"
output = "lake"
[source.users]
path = "users/*.json"
schema = "name STRING, city STRING"
[source.events]
path = "events/*.json"
schema = "id BIGINT, who STRING"
)" + of_events + "\n[table.plays]\n" +
                                   of_plays + "\n" + settings);
  }

  void Sql(const std::string& table, const std::string& sql) const {
    folder_.Write(table + ".sql", sql);
  }

  void Write(const std::string& name, const std::string& lines) const {
    folder_.Write("raw/" + name + ".json", lines + "\n");
  }

  void Remove(const std::string& name) const {
    std::filesystem::remove(folder_ / "raw/" + name + ".json");
  }

  std::unique_ptr<Session> Open(const std::string& lake = "lake") const {
    auto session = Session::Open(folder_.path(), {{{"lake.output", folder_ / lake}}});
    EXPECT_TRUE(session.ok()) << session.status();
    return *std::move(session);
  }

  RunOutcome RunIn(const std::string& lake, const RunRequest& request) const {
    local::LocalEngine engine(1);
    auto outcome = Open(lake)->Run(request, &engine, {});
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return *std::move(outcome);
  }

  RunOutcome Run(const RunRequest& request = {}) const {
    RunOutcome outcome = RunIn("lake", request);
    EXPECT_TRUE(outcome.status.ok()) << outcome.status;
    return outcome;
  }

  RowsByTable RowsIn(const std::string& lake) const {
    const auto session = Open(lake);
    const auto storage = session->storages()->For("/").ValueOrDie();
    RowsByTable rows;
    for (const pipeline::Table& table : session->pipeline().tables) {
      const auto info = lake::DescribeTable(storage.get(), folder_ / lake + "/" + table.name);
      EXPECT_TRUE(info.ok()) << info.status();
      const auto batch = lake::ReadHead(storage, *info, 1 << 20).ValueOrDie();
      std::vector<std::string>& texts = rows[table.name];
      for (int64_t row = 0; row < batch->num_rows(); ++row) {
        texts.push_back(RowText(SampleOf(*batch, row).ValueOrDie()));
      }
      std::sort(texts.begin(), texts.end());
    }
    return rows;
  }

  // What a run from nothing makes, in another lake.
  void ExpectAsFull() {
    const std::string full = "full" + std::to_string(num_full_++);
    const RunOutcome outcome = RunIn(full, {.is_full = true});
    ASSERT_TRUE(outcome.status.ok()) << outcome.status;
    EXPECT_EQ(RowsIn("lake"), RowsIn(full));
  }

  static std::map<std::string, std::string> ChangesOf(const RunOutcome& outcome) {
    std::map<std::string, std::string> changes;
    for (const run::TableRecord& table : outcome.record.tables) {
      std::string& change = changes[table.name] = run::NameOf(table.change);
      if (!table.reason.empty()) change += ": " + table.reason;
    }
    return changes;
  }

  // Names of the lake's files, without the records of runs.
  std::vector<std::string> FilesOfLake(const std::string& below = "") const {
    std::vector<std::string> files;
    const std::filesystem::path root = folder_ / "lake/" + below;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      const std::string path = entry.path().lexically_relative(root);
      if (entry.is_regular_file() && !path.starts_with("_tarn/runs/")) files.push_back(path);
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  storage::TemporaryFolder folder_;
  int num_full_ = 0;
};

TEST_F(IncrementalTest, NothingNewWritesNothing) {
  const RunOutcome first = Run();
  EXPECT_THAT(ChangesOf(first), ElementsAre(Pair("cities", "rebuild"), Pair("counts", "rebuild"),
                                            Pair("plays", "rebuild")));
  EXPECT_FALSE(first.record.sources[0].compared.has_value());
  const auto before = FilesOfLake();
  const RunOutcome second = Run();
  EXPECT_THAT(ChangesOf(second),
              ElementsAre(Pair("cities", "none"), Pair("counts", "none"), Pair("plays", "none")));
  EXPECT_EQ(FilesOfLake(), before);
  EXPECT_EQ(second.record.tables[0].num_rows, 2);
  EXPECT_EQ(second.record.tables[0].num_rows_before, 2);
  EXPECT_EQ(second.record.tables[0].num_files, 0);
  ExpectAsFull();
}

TEST_F(IncrementalTest, RowsOfNewFilesAreAdded) {
  Run();
  const auto before = FilesOfLake("plays");
  Write("events/0", "{\"id\":3,\"who\":\"ann\"}\n{\"id\":4,\"who\":\"cy\"}\n{\"id\":-1}");
  const RunOutcome outcome = Run();
  EXPECT_THAT(ChangesOf(outcome), ElementsAre(Pair("cities", "append"), Pair("counts", "merge"),
                                              Pair("plays", "append")));
  for (const run::SourceRecord& source : outcome.record.sources) {
    ASSERT_TRUE(source.compared.has_value());
    EXPECT_EQ(source.compared->num_new, source.name == "events" ? 1 : 0);
  }
  const run::TableRecord& plays = outcome.record.tables[2];
  EXPECT_EQ(plays.num_rows, 4);
  EXPECT_EQ(plays.num_rows_added, 2);
  EXPECT_EQ(plays.num_files, 1);
  const auto files = FilesOfLake("plays");
  EXPECT_THAT(files, SizeIs(before.size() + 1));
  for (const std::string& file : before) EXPECT_THAT(files, testing::Contains(file));
  ExpectAsFull();
  EXPECT_EQ(ChangesOf(Run()).at("plays"), "none");
}

TEST_F(IncrementalTest, DistinctRowsThatAreNewAreAdded) {
  Sql("counts", "SELECT upper(who) AS loud, who, 1 AS one FROM (SELECT DISTINCT who FROM events)");
  Toml("[table.counts]\nkey = [\"who\"]\npartition_by = [\"loud\"]");
  Run();
  const auto before = FilesOfLake("counts");
  Write("events/0", "{\"who\":\"cy\"}\n{\"who\":\"ann\"}\n{\"who\":\"cy\"}\n{\"who\":\"dee\"}");
  const RunOutcome outcome = Run();
  EXPECT_EQ(ChangesOf(outcome).at("counts"), "merge");
  EXPECT_EQ(outcome.record.tables[1].num_rows, 4);
  EXPECT_EQ(outcome.record.tables[1].num_rows_added, 2);
  const auto files = FilesOfLake("counts");
  EXPECT_THAT(files, SizeIs(before.size() + 2));
  for (const std::string& file : before) EXPECT_THAT(files, testing::Contains(file));
  ExpectAsFull();
  // What is read of the lake is no source of the run.
  for (const run::SourceRecord& source : outcome.record.sources) {
    EXPECT_THAT(source.name, testing::AnyOf("events", "users"));
  }
  Write("events/4", "{\"who\":\"ann\"}\n{\"who\":\"dee\"}");
  EXPECT_EQ(Run().record.tables[1].num_rows_added, 0);
  EXPECT_EQ(FilesOfLake("counts"), files);
  EXPECT_EQ(ChangesOf(Run()).at("counts"), "none");
  ExpectAsFull();
}

TEST_F(IncrementalTest, AKeyOfDistinctRowsIsLookedForInOldOnes) {
  Sql("counts", "SELECT DISTINCT id, who FROM events");
  Toml("[table.counts]\nkey = [\"id\"]", "", "");
  Run();
  Write("events/3", "{\"id\":1,\"who\":\"ann\"}\n{\"id\":2,\"who\":\"cy\"}");
  EXPECT_THAT(MessageOf(RunIn("lake", {}).status),
              HasSubstr("1 row repeats the key of another: id = 2"));
  Write("events/3", "{\"id\":1,\"who\":\"ann\"}\n{\"id\":3,\"who\":\"cy\"}");
  EXPECT_EQ(ChangesOf(Run()).at("counts"), "merge");
  ExpectAsFull();
}

TEST_F(IncrementalTest, OnlyPartitionsOfGroupsThatChangeAreReplaced) {
  Sql("counts", "SELECT who, count(*) AS n, max(id) AS id FROM events GROUP BY who");
  Toml("[table.counts]\npartition_by = [\"who\"]");
  Run();
  EXPECT_THAT(FilesOfLake("_tarn/state/counts"), SizeIs(1));
  const auto before = FilesOfLake("counts");
  Write("events/0",
        "{\"id\":3,\"who\":\"ann\"}\n{\"id\":4,\"who\":\"cy\"}\n{\"id\":5}\n{\"id\":6}");
  const RunOutcome outcome = Run();
  EXPECT_EQ(ChangesOf(outcome).at("counts"), "merge");
  const run::TableRecord& counts = outcome.record.tables[1];
  EXPECT_EQ(counts.num_rows, 4);
  EXPECT_EQ(counts.num_rows_added, 2);
  EXPECT_EQ(counts.num_partitions_replaced, 1);
  EXPECT_EQ(counts.num_files, 3);
  const auto files = FilesOfLake("counts");
  EXPECT_THAT(files, SizeIs(4));
  EXPECT_THAT(files, testing::Contains(before[1]));
  EXPECT_THAT(files, testing::Not(testing::Contains(before[0])));
  ExpectAsFull();
  EXPECT_THAT(FilesOfLake("_tarn/state/counts"), SizeIs(2));
  EXPECT_EQ(ChangesOf(Run()).at("counts"), "none");
}

// NULL and an empty text are in one folder.
TEST_F(IncrementalTest, PartitionsOfNullAreReplacedToo) {
  Sql("counts", "SELECT who AS name, who, count(*) AS n FROM events GROUP BY who");
  Toml("[table.counts]\npartition_by = [\"name\"]");
  Write("events/2", "{\"id\":2}\n{\"id\":7,\"who\":\"\"}\n{\"id\":8,\"who\":\"a b/c\"}");
  Run();
  Write("events/3", "{\"id\":3,\"who\":\"\"}");
  EXPECT_EQ(Run().record.tables[1].num_partitions_replaced, 1);
  ExpectAsFull();
  Write("events/4", "{\"id\":4}\n{\"id\":5,\"who\":\"a b/c\"}");
  EXPECT_EQ(Run().record.tables[1].num_partitions_replaced, 2);
  ExpectAsFull();
}

// A row moves from one partition to another; of equal ones the first file's counts.
TEST_F(IncrementalTest, FirstRowsMoveBetweenPartitions) {
  Sql("counts",
      "SELECT id, who, place FROM (SELECT id, who, id % 3 AS place, row_number() OVER "
      "(PARTITION BY who ORDER BY id DESC) AS k FROM events) WHERE k = 1");
  Toml("[table.counts]\nkey = [\"who\"]\npartition_by = [\"place\"]", "", "");
  Write("events/4", "{\"id\":5,\"who\":\"cy\"}\n{\"id\":9,\"who\":\"dee\"}");
  Run();
  Write("events/3", "{\"id\":3,\"who\":\"ann\"}\n{\"id\":2,\"who\":\"bob\"}");
  const RunOutcome outcome = Run();
  EXPECT_EQ(ChangesOf(outcome).at("counts"), "merge");
  EXPECT_EQ(outcome.record.tables[1].num_rows_added, 0);
  EXPECT_EQ(outcome.record.tables[1].num_partitions_replaced, 1);
  ExpectAsFull();
  Sql("counts",
      "SELECT id, who FROM (SELECT id, who, row_number() OVER (PARTITION BY id % 2 ORDER BY "
      "id % 1) AS k FROM events) WHERE k = 1");
  Toml("", "", "");
  for (const std::string file : {"7", "00", "6", "0"}) {
    Write("events/" + file, "{\"id\":1" + file + ",\"who\":\"" + file + "\"}\n{\"id\":2" + file +
                                "1,\"who\":\"x" + file + "\"}");
    Run();
    ExpectAsFull();
  }
}

TEST_F(IncrementalTest, AStateOfManyPartsIsWrittenAnew) {
  Toml("", "", "");
  Run();
  size_t num_files_max = 0;
  for (int file = 100; file < 120; ++file) {
    Write("events/" + std::to_string(file), "{\"id\":1,\"who\":\"ann\"}");
    EXPECT_EQ(ChangesOf(Run()).at("counts"), "merge");
    num_files_max = std::max(num_files_max, FilesOfLake("_tarn/state/counts").size());
  }
  EXPECT_EQ(num_files_max, 16U);
  ExpectAsFull();
}

TEST_F(IncrementalTest, AStateThatIsNotTheTablesIsAnError) {
  Run();
  const std::string part =
      folder_ / "lake/_tarn/state/counts/" + FilesOfLake("_tarn/state/counts")[0];
  Write("events/3", R"({"id":3,"who":"ann"})");
  const auto refusal = [&] { return RunIn("lake", {}).status; };
  std::filesystem::rename(part, folder_ / "part");
  EXPECT_THAT(MessageOf(refusal()), HasSubstr("The state of table counts is damaged"));
  std::ofstream(part) << std::string(std::filesystem::file_size(folder_ / "part"), 'x');
  EXPECT_THAT(MessageOf(refusal()), HasSubstr("The state of a table is damaged"));
  EXPECT_THAT(Render(refusal()), HasSubstr("tarn run --full"));
  const RunOutcome full = Run({.is_full = true});
  EXPECT_EQ(ChangesOf(full).at("counts"), "rebuild");
  EXPECT_EQ(ChangesOf(Run()).at("counts"), "none");
  ExpectAsFull();
}

TEST_F(IncrementalTest, AStateThatIsNotNeededGoes) {
  Run();
  EXPECT_THAT(FilesOfLake("_tarn/state"), SizeIs(1));
  Sql("counts", "SELECT who FROM events");
  Run();
  EXPECT_FALSE(std::filesystem::exists(folder_ / "lake/_tarn/state"));
  Sql("counts", "SELECT who, count(*) AS n FROM events GROUP BY who HAVING count(*) < 3");
  Run();
  Write("events/3", "{\"id\":3,\"who\":\"ann\"}\n{\"id\":4,\"who\":\"ann\"}");
  EXPECT_EQ(ChangesOf(Run()).at("counts"), "merge");
  ExpectAsFull();
}

TEST_F(IncrementalTest, NewRowsOfTheOtherSideOfAJoinRebuild) {
  Run();
  Write("users/2", R"({"name":"bob","city":"Rome"})");
  EXPECT_THAT(
      ChangesOf(Run()),
      ElementsAre(
          Pair("cities", "rebuild: new rows on the right of its LEFT JOIN may match old ones"),
          Pair("counts", "none"), Pair("plays", "none")));
  ExpectAsFull();
}

TEST_F(IncrementalTest, ChangedAndVanishedFilesRebuild) {
  Run();
  Write("events/1", R"({"id":11,"who":"ann"})");
  Write("events/3", R"({"id":12,"who":"ann"})");
  EXPECT_THAT(ChangesOf(Run()).at("plays"),
              HasSubstr("rebuild: source events: 1 file changed, such as "));
  ExpectAsFull();
  Remove("events/2");
  EXPECT_THAT(ChangesOf(Run()).at("cities"), HasSubstr("1 file gone, such as "));
  ExpectAsFull();
  EXPECT_EQ(ChangesOf(Run()).at("plays"), "none");
}

TEST_F(IncrementalTest, OtherSqlAndSettingsRebuildWhatTheyAreOf) {
  Run();
  Sql("counts", "SELECT who, count(*) + 1 AS n FROM events GROUP BY who");
  EXPECT_THAT(ChangesOf(Run()),
              ElementsAre(Pair("cities", "none"), Pair("counts", "rebuild: its SQL changed"),
                          Pair("plays", "none")));
  Toml("checks = [\"id < 100\"]");
  EXPECT_THAT(ChangesOf(Run()),
              ElementsAre(Pair("cities", "rebuild: table plays changed"), Pair("counts", "none"),
                          Pair("plays", "rebuild: its settings changed")));
  ExpectAsFull();
}

TEST_F(IncrementalTest, AKeyIsLookedForInOldRows) {
  Run();
  const auto before = RowsIn("lake");
  Write("events/3", "{\"id\":5,\"who\":\"ann\"}\n{\"id\":1,\"who\":\"dee\"}");
  const RunOutcome outcome = RunIn("lake", {});
  EXPECT_EQ(KindOf(outcome.status), ErrorKind::kCheckFailed);
  EXPECT_THAT(MessageOf(outcome.status), HasSubstr("1 row repeats the key of another: id = 1"));
  EXPECT_EQ(RowsIn("lake"), before);
  Write("events/3", "{\"id\":5,\"who\":\"ann\"}\n{\"id\":6,\"who\":\"dee\"}");
  EXPECT_EQ(ChangesOf(Run()).at("plays"), "append");
  ExpectAsFull();
}

TEST_F(IncrementalTest, AKeyInFoldersRebuilds) {
  Toml("partition_by = [\"id\"]");
  Run();
  Write("events/3", R"({"id":3})");
  EXPECT_EQ(ChangesOf(Run()).at("plays"), "rebuild: its key has a column of partition_by");
  ExpectAsFull();
}

TEST_F(IncrementalTest, LimitsOfBadRecordsAreOfAllFiles) {
  Toml("", "max_bad_records = 1");
  Sql("counts", "SELECT id FROM events");  // all tables are added to
  Write("events/2", "{\"id\":2}\n{\"id\":\"two\"}");
  Run();
  Write("events/3", "{\"id\":3}\n{\"id\":\"three\"}");
  const RunOutcome outcome = RunIn("lake", {});
  EXPECT_THAT(MessageOf(outcome.status), HasSubstr("more than max_bad_records = 1"));
  Write("events/3", "{\"id\":3}");
  EXPECT_EQ(ChangesOf(Run()).at("counts"), "append");
  ExpectAsFull();
}

// New files are read twice where one table is added to and another one rebuilt.
TEST_F(IncrementalTest, BadRecordsOfNewFilesAreKeptOnce) {
  Sql("counts", "SELECT id, row_number() OVER (ORDER BY id) AS n FROM events");
  Write("events/2", "{\"id\":2}\n{\"id\":\"two\"}\n{\"id\":9}");
  Run();
  Write("events/3", "{\"id\":3}\n{\"id\":\"three\"}\n{\"id\":4}");
  const RunOutcome outcome = Run();
  const auto events =
      std::find_if(outcome.record.sources.begin(), outcome.record.sources.end(),
                   [](const run::SourceRecord& source) { return source.name == "events"; });
  EXPECT_EQ(events->num_records, 7);
  EXPECT_EQ(events->num_bad_records, 2);
  const Findings found = Open()->Quarantine({.run_id = outcome.record.run_id}).ValueOrDie();
  ASSERT_THAT(found.quarantine, SizeIs(1));
  EXPECT_THAT(found.quarantine[0].records, SizeIs(2));
  ExpectAsFull();
}

// A record is bad by the columns that are read of it, for whichever table.
TEST_F(IncrementalTest, OtherColumnsThatAreReadRebuild) {
  Sql("plays", "SELECT who FROM events");
  Toml("", "", "");
  Sql("cities", "SELECT who FROM plays");
  Write("events/2", "{\"id\":2,\"who\":\"bob\"}\n{\"id\":\"two\",\"who\":\"bob\"}");
  Run();
  Sql("cities", "SELECT id FROM events");
  EXPECT_THAT(ChangesOf(Run()),
              ElementsAre(Pair("cities", "rebuild: its SQL changed"),
                          Pair("counts", "rebuild: what is read of source events changed"),
                          Pair("plays", "rebuild: what is read of source events changed")));
  ExpectAsFull();
}

TEST_F(IncrementalTest, TablesThatARunLeavesOutAreRebuiltLater) {
  Run();
  Write("events/3", R"({"id":3,"who":"ann"})");
  EXPECT_THAT(ChangesOf(Run({.select = {"plays"}})), ElementsAre(Pair("plays", "append")));
  EXPECT_THAT(
      ChangesOf(Run()),
      ElementsAre(Pair("cities", "rebuild: runs without it have read newer files of source events"),
                  Pair("counts", "rebuild: runs without it have read newer files of source events"),
                  Pair("plays", "none")));
  ExpectAsFull();
}

TEST_F(IncrementalTest, TablesThatOthersChangedAreRebuilt) {
  Run();
  const std::string file = FilesOfLake("plays")[0];
  std::filesystem::remove(folder_ / "lake/plays/" + file);
  EXPECT_THAT(
      ChangesOf(Run()),
      ElementsAre(Pair("cities", "none"), Pair("counts", "none"),
                  Pair("plays", "rebuild: its files in the lake are not those of its last run")));
  ExpectAsFull();
  // A lake from before there was a ledger, or whose ledger was deleted.
  std::filesystem::remove_all(folder_ / "lake/_tarn/ledger");
  EXPECT_EQ(ChangesOf(Run()).at("plays"), "rebuild");
  ExpectAsFull();
}

TEST_F(IncrementalTest, AFullRunReadsNoLedger) {
  Run();
  const std::string tables = lake::LedgerFolderOfTables();
  const std::string part = FilesOfLake(tables)[0];
  folder_.Write("lake/" + tables + "/" + part, "no Parquet");
  const RunOutcome damaged = RunIn("lake", {});
  EXPECT_EQ(KindOf(damaged.status), ErrorKind::kFailed);
  EXPECT_THAT(MessageOf(damaged.status), HasSubstr("ledger of consumed files is damaged"));
  EXPECT_THAT(HintOf(damaged.status), HasSubstr("`tarn run --full`"));
  EXPECT_EQ(ChangesOf(Run({.is_full = true})).at("plays"), "rebuild");
  EXPECT_EQ(ChangesOf(Run()).at("plays"), "none");
  // A part that is lost is no reason to read its files again.
  std::filesystem::remove_all(folder_ / "lake/" + lake::LedgerFolderOf("events"));
  EXPECT_THAT(MessageOf(RunIn("lake", {}).status), HasSubstr("it has 0 files of events, not 2"));
  Run({.is_full = true});
  ExpectAsFull();
}

TEST_F(IncrementalTest, TheClockAndChanceRebuildInEveryRun) {
  Sql("counts", "SELECT id, current_timestamp() AS at FROM events");
  Run();
  EXPECT_EQ(ChangesOf(Run()).at("counts"), "rebuild: its values depend on when the run begins");
}

TEST_F(IncrementalTest, TheLedgerOfManyRunsIsOnePart) {
  Run();
  for (int file = 3; file < 23; ++file) {
    Write("events/" + std::to_string(file), "{\"id\":" + std::to_string(file) + "}");
    EXPECT_EQ(ChangesOf(Run()).at("plays"), "append") << file;
    EXPECT_THAT(FilesOfLake(lake::LedgerFolderOf("events")).size(), Le(17U));
  }
  ExpectAsFull();
}

TEST_F(IncrementalTest, ListsFilesWithWhatBecameOfThem) {
  Write("events/3", R"({"id":3})");
  const auto list = [&] {
    std::vector<std::string> files;
    const auto visit = [&](const std::string& source, const ledger::ConsumedFile& file,
                           ledger::FileFate fate) {
      const std::string name = std::filesystem::path(file.listed.path).filename();
      files.push_back(source + " " + name + " " + std::string(ledger::NameOf(fate)));
      return Status::OK();
    };
    const auto counted = Open()->Files({"events"}, visit).ValueOrDie();
    EXPECT_THAT(counted, SizeIs(1));
    return files;
  };
  EXPECT_THAT(list(),
              UnorderedElementsAre("events 1.json new", "events 2.json new", "events 3.json new"));
  Run();
  Write("events/2", R"({"id":22})");
  Write("events/4", R"({"id":4})");
  Remove("events/3");
  EXPECT_THAT(list(), UnorderedElementsAre("events 1.json same", "events 2.json changed",
                                           "events 3.json gone", "events 4.json new"));
  EXPECT_EQ(KindOf(Open()->Files({"event"}, nullptr).status()), ErrorKind::kUsage);
}

// Files come late, change and go, settings and SQL change, tables are left out; after each run that
// takes all tables, they are those of a full run.
TEST_F(IncrementalTest, RandomArrivals) {
  constexpr int kSequences = 12;
  constexpr int kSteps = 6;
  const std::vector<std::string> models = {
      "SELECT id, who FROM events",
      "SELECT id FROM events WHERE who = 'ann' UNION ALL SELECT length(city) FROM users",
      "SELECT e.id, u.city FROM events AS e JOIN users AS u ON u.name = e.who",
      "SELECT id FROM events WHERE who NOT IN (SELECT name FROM users WHERE name IS NOT NULL)",
      "SELECT DISTINCT who FROM events",
      "SELECT who, max(id) AS id FROM events GROUP BY who",
      "SELECT id, row_number() OVER (PARTITION BY who ORDER BY id) AS n FROM events",
      "SELECT n FROM counts WHERE n > 1"};
  Toml(
      "allow_empty = true\n[table.cities]\nallow_empty = true\n[table.counts]\nallow_empty = "
      "true\n");
  int next_id = 100;  // files stay from one to the next
  for (int seed = 0; seed < kSequences; ++seed) {
    std::mt19937 chance(static_cast<unsigned>(seed));
    const auto below = [&](int n) { return static_cast<int>(chance() % static_cast<unsigned>(n)); };
    std::filesystem::remove_all(folder_ / "lake");
    for (int step = 0; step < kSteps; ++step) {
      const std::string context = "seed " + std::to_string(seed) + ", step " + std::to_string(step);
      for (int change = below(3); change >= 0; --change) {
        const std::string file = (below(4) == 0 ? "users/" : "events/") + std::to_string(below(9));
        if (below(6) == 0 && file != "users/1" && file != "events/1") Remove(file);
        std::string lines;
        for (int row = below(3); row >= 0 && below(6) != 0; --row) {
          const std::string name = std::vector<std::string>{"ann", "bob", "cy"}[below(3)];
          lines +=
              file.starts_with("users")
                  ? "{\"name\":\"" + name + "\",\"city\":\"c" + std::to_string(next_id++) + "\"}\n"
                  : "{\"id\":" + std::to_string(next_id++) + ",\"who\":\"" + name + "\"}\n";
        }
        Write(file, lines);
      }
      if (below(3) == 0) Sql("cities", models[below(static_cast<int>(models.size()))]);
      if (below(5) == 0) {
        const RunOutcome some = RunIn("lake", {.select = {"plays"}});
        ASSERT_TRUE(some.status.ok()) << context << some.status;
      }
      const RunOutcome outcome = RunIn("lake", {});
      // Where a full run fails, this one may or may not.
      const RunOutcome full = RunIn("full", {.is_full = true});
      if (!full.status.ok()) continue;
      ASSERT_TRUE(outcome.status.ok()) << context << outcome.status;
      ASSERT_EQ(RowsIn("lake"), RowsIn("full")) << context;
    }
  }
}

// Of files in any order; groups and first rows change, and move from one partition to another.
TEST_F(IncrementalTest, RandomArrivalsThatMerge) {
  constexpr int kSequences = 20;
  constexpr int kSteps = 6;
  const std::vector<std::string> models = {
      "SELECT DISTINCT who AS p, id % 7 AS id FROM events",
      "SELECT upper(who) AS p, 1 AS n FROM (SELECT DISTINCT who, id % 5 AS i FROM events)",
      "SELECT who AS p, max(id) AS id FROM events GROUP BY who",
      "SELECT count(*) % 3 AS p, id % 3 AS g, min(who) AS w, sum(id) AS s FROM events "
      "GROUP BY id % 3",
      "SELECT count(*) % 2 AS p, bit_xor(id) AS x, bool_or(id > 20) AS b FROM events",
      "SELECT id % 5 AS p, count(who) AS n FROM events GROUP BY id % 5 HAVING count(*) % 3 <> 1",
      "SELECT u.city AS p, count(*) AS n FROM events AS e JOIN users AS u ON u.name = e.who "
      "GROUP BY u.city",
      "SELECT id, who AS p FROM (SELECT id, who, row_number() OVER (PARTITION BY id % 4 ORDER BY "
      "who DESC) AS k FROM events WHERE id <> 3) WHERE k = 1",
      "SELECT id % 2 AS p, id, who FROM (SELECT id, who, row_number() OVER (PARTITION BY who ORDER "
      "BY id % 5) AS k FROM events) WHERE k = 1",
      "SELECT id, who AS p FROM (SELECT id, who, row_number() OVER (ORDER BY who DESC) AS k "
      "FROM events) WHERE k = 1",
      "SELECT w AS p, count(*) AS n FROM (SELECT explode(split(who, '')) AS w FROM events) "
      "GROUP BY w",
      "SELECT who, n, explode(sequence(1, n)) AS p FROM (SELECT who, count(*) AS n FROM events "
      "GROUP BY who)"};
  int num_merges = 0;
  for (int seed = 0; seed < kSequences; ++seed) {
    std::mt19937 chance(static_cast<unsigned>(seed));
    const auto below = [&](int n) { return static_cast<int>(chance() % static_cast<unsigned>(n)); };
    std::filesystem::remove_all(folder_ / "lake");
    std::filesystem::remove_all(folder_ / "raw/events");
    std::map<std::string, std::string> settings;
    for (const std::string table : {"plays", "cities", "counts"}) {
      Sql(table, models[below(static_cast<int>(models.size()))]);
      if (below(3) > 0) settings[table] = "partition_by = [\"p\"]\n";
    }
    Toml("[table.cities]\n" + settings["cities"] + "[table.counts]\n" + settings["counts"], "",
         settings["plays"]);
    for (int step = 0; step < kSteps; ++step) {
      const std::string context = "seed " + std::to_string(seed) + ", step " + std::to_string(step);
      for (int file = below(3); file >= 0; --file) {
        std::string lines;
        for (int row = step == 0 ? 9 : below(5); row > 0; --row) {
          const std::string who = std::vector<std::string>{"ann", "bob", "", "a/b"}[below(4)];
          const std::string id = std::to_string(below(30));
          lines += below(9) == 0 ? "{}\n" : "{\"id\":" + id + ",\"who\":\"" + who + "\"}\n";
        }
        const std::string name = "events/" + std::to_string(below(1000));
        const bool is_new = !std::filesystem::exists(folder_ / "raw/" + name + ".json");
        if (is_new || below(20) == 0) Write(name, lines);
      }
      const RunOutcome outcome = Run();
      const RunOutcome full = RunIn("full", {.is_full = true});
      ASSERT_TRUE(full.status.ok()) << context << full.status;
      ASSERT_EQ(RowsIn("lake"), RowsIn("full")) << context;
      for (const auto& [table, change] : ChangesOf(outcome)) num_merges += change == "merge";
    }
  }
  EXPECT_GT(num_merges, kSequences * kSteps);
}

}  // namespace
}  // namespace tarn::session
