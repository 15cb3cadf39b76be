#include "local/run_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>

#include "base/sample_row.h"
#include "local/batch/batches_for_test.h"
#include "plan/refresh.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::local {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Events : public run::Observer {
 public:
  void OnEvent(const run::Event& event) override {
    std::lock_guard lock(mutex_);
    events_.push_back(event);
  }

  // The last event of its kind.
  template <typename Event>
  Event Last() const {
    Event last;
    for (const run::Event& event : events_) {
      if (const auto* found = std::get_if<Event>(&event)) last = *found;
    }
    return last;
  }

 private:
  std::mutex mutex_;
  std::vector<run::Event> events_;
};

class RunPlanTest : public testing::Test {
 protected:
  // tarn.toml's tables are added as they are named here.
  void SetUp() override {
    toml_ = R"(
[pipeline]
name = "test"
[lake]
input = "raw"
output = "lake"
[source.events]
path = "events/*.json"
schema = "id BIGINT, who STRING, level STRING, length DOUBLE"
[source.users]
path = "users/*.json"
schema = "name STRING, city STRING"
)";
    folder_.Write("raw/events/1.json",
                  "{\"id\":1,\"who\":\"ann\",\"level\":\"free\",\"length\":1.5}\n"
                  "{\"id\":2,\"who\":\"bob\",\"level\":\"paid\",\"length\":0.25}\n");
    folder_.Write("raw/events/2.json",
                  "{\"id\":3,\"who\":\"ann\",\"level\":\"paid\",\"length\":2.5}\n"
                  "{\"id\":4,\"who\":null,\"level\":\"free\"}\n");
    folder_.Write("raw/users/ann.json", "{\n  \"name\": \"ann\",\n  \"city\": \"Oslo\"\n}");
    folder_.Write("raw/users/cy.json", "{\n  \"name\": \"cy\",\n  \"city\": \"Rome\"\n}");
  }

  void Table(const std::string& name, const std::string& sql, const std::string& settings = "") {
    folder_.Write(name + ".sql", sql);
    toml_ += "[table." + name + "]\n" + settings + "\n";
  }

  Status Run(RunOptions options = {}, const std::vector<std::string>& select = {},
             const std::string& run_id = "run") {
    options.context.storages = storage::TestStorages();
    folder_.Write("tarn.toml", toml_);
    ARROW_ASSIGN_OR_RAISE(pipeline_, pipeline::Load(folder_.path(), {}));
    ARROW_ASSIGN_OR_RAISE(plan_, plan::Bind(*pipeline_, {select}));
    if (options.context.increment != nullptr) {
      *plan_ = plan::PlanOfNewRows(*plan_, SourcesOf(*options.context.increment));
    }
    ARROW_ASSIGN_OR_RAISE(auto lake, lake::Lake::Open(storage::TestStorages(), pipeline_->output));
    ARROW_ASSIGN_OR_RAISE(auto transaction, lake->Begin(run_id));
    ARROW_RETURN_NOT_OK(RunPlan(*plan_, transaction.get(), options).status());
    return transaction->Commit();
  }

  // Those that have new files.
  std::set<int> SourcesOf(const engine::Increment& increment) const {
    std::set<int> grown;
    for (size_t i = 0; i < plan_->sources.size(); ++i) {
      if (increment.files.contains(plan_->sources[i].source->name)) {
        grown.insert(static_cast<int>(i));
      }
    }
    return grown;
  }

  BatchPtr ReadTable(const std::string& name) {
    auto info = lake::DescribeTable(storage::TestStorages()->For("/").ValueOrDie().get(),
                                    folder_ / "lake/" + name)
                    .ValueOrDie();
    return lake::ReadHead(storage::TestStorages()->For("/").ValueOrDie(), info, 1000).ValueOrDie();
  }

  // The rows of a table whose files come in no order, sorted.
  std::vector<std::string> SortedRows(const std::string& name) {
    const BatchPtr found = ReadTable(name);
    std::vector<std::string> rows;
    for (int64_t row = 0; row < found->num_rows(); ++row) {
      rows.push_back(RowText(SampleOf(*found, row).ValueOrDie()));
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  void ExpectTable(const std::string& name, const std::string& ddl, const std::string& rows) {
    const BatchPtr found = ReadTable(name);
    BatchPtr wanted = MakeBatch(ddl, rows);
    // Columns that can't be null are written as such.
    wanted = arrow::RecordBatch::Make(found->schema(), wanted->num_rows(), wanted->columns());
    EXPECT_TRUE(found->Equals(*wanted)) << found->ToString() << "\nwanted: " << wanted->ToString();
  }

  storage::TemporaryFolder folder_;
  std::string toml_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<plan::Plan> plan_;
};

TEST_F(RunPlanTest, WritesTablesThatReadSourcesAndEachOther) {
  Table("played", "SELECT id, who AS name, length FROM events WHERE level = 'paid'");
  Table("homes", R"(
    SELECT e.name, u.city, count(*) AS n FROM (
      SELECT name FROM played UNION ALL SELECT who FROM events WHERE who IS NOT NULL) AS e
    JOIN users AS u ON u.name = e.name GROUP BY e.name, u.city)",
        "key = [\"name\"]\nchecks = [\"n > 0\"]");
  Events events;
  RunOptions options;
  options.context.observer = &events;
  const Status status = Run(options);
  ASSERT_TRUE(status.ok()) << status.message();
  ExpectTable("played", "id BIGINT, name STRING, length DOUBLE",
              R"([[2, "bob", 0.25], [3, "ann", 2.5]])");
  ExpectTable("homes", "name STRING, city STRING, n BIGINT", R"([["ann", "Oslo", 3]])");
  const auto scanned = events.Last<run::SourceProgress>();
  EXPECT_TRUE(scanned.done);
  const auto written = events.Last<run::TableWritten>();
  EXPECT_EQ(written.num_files, 1);
}

// What a run over all files would have: the second one reads one file of events, and all users.
TEST_F(RunPlanTest, RowsOfNewFilesAreAppended) {
  Table("played", R"(
    SELECT e.id, u.city, e.level FROM events AS e LEFT JOIN users AS u ON u.name = e.who)",
        "partition_by = [\"level\"]");
  Table("paid", "SELECT id FROM played WHERE level = 'paid'");
  Table("everyone", "SELECT who AS name FROM events UNION ALL SELECT name FROM users");
  ASSERT_TRUE(Run().ok());
  folder_.Write("raw/events/3.json",
                "{\"id\":5,\"who\":\"cy\",\"level\":\"paid\"}\n"
                "{\"id\":6,\"who\":\"ann\",\"level\":\"trial\"}\n");
  engine::Increment increment;
  increment.files["events"] =
      storage::TestStorages()->List({folder_ / "raw/events/3.json"}).ValueOrDie();
  increment.appended = {"played", "paid", "everyone"};
  RunOptions options;
  options.context.increment = &increment;
  const Status ran = Run(options, {}, "run2");
  ASSERT_TRUE(ran.ok()) << ran;
  EXPECT_THAT(
      SortedRows("played"),
      ElementsAre("id = 1, city = Oslo, level = free", "id = 2, city = NULL, level = paid",
                  "id = 3, city = Oslo, level = paid", "id = 4, city = NULL, level = free",
                  "id = 5, city = Rome, level = paid", "id = 6, city = Oslo, level = trial"));
  EXPECT_THAT(SortedRows("paid"), ElementsAre("id = 2", "id = 3", "id = 5"));
  EXPECT_THAT(SortedRows("everyone"),
              ElementsAre("name = NULL", "name = ann", "name = ann", "name = ann", "name = ann",
                          "name = bob", "name = cy", "name = cy"));
}

TEST_F(RunPlanTest, RowsDoNotDependOnThreads) {
  std::string lines;
  for (int i = 0; i < 60'000; ++i) {
    lines += fmt::format("{{\"id\":{},\"who\":\"u{}\",\"level\":\"{}\",\"length\":{}.{}}}\n", i,
                         i * 7919 % 1000, i % 3 == 0 ? "paid" : "free", i % 977, i % 89);
  }
  // Over four megabytes: cut into several parts.
  folder_.Write("raw/events/3.json", lines + lines);
  Table("sums", R"(
    SELECT who, sum(length) AS total, count(DISTINCT level) AS levels, max_by(id, length) AS longest
    FROM events WHERE who IS NOT NULL GROUP BY who)");
  Table("copies", "SELECT id, who, length FROM events WHERE level = 'paid'");
  std::vector<BatchPtr> first;
  for (int num_threads : {1, 2, 5}) {
    RunOptions options;
    options.num_threads = num_threads;
    const Status status = Run(options);
    ASSERT_TRUE(status.ok()) << status.message();
    for (size_t i = 0; i < 2; ++i) {
      auto info = lake::DescribeTable(storage::TestStorages()->For("/").ValueOrDie().get(),
                                      folder_ / (i == 0 ? "lake/sums" : "lake/copies"));
      const BatchPtr rows =
          lake::ReadHead(storage::TestStorages()->For("/").ValueOrDie(), *info, 1'000'000)
              .ValueOrDie();
      if (num_threads == 1) {
        first.push_back(rows);
        EXPECT_EQ(rows->num_rows(), i == 0 ? 1002 : 40'002);
      } else {
        EXPECT_TRUE(rows->Equals(*first[i])) << num_threads;
      }
    }
  }
}

// Of a run with little memory they are smaller, and end at the same rows on any number of threads.
TEST_F(RunPlanTest, RowGroupsDependOnTheMemoryAlone) {
  std::string lines;
  for (int i = 0; i < 40'000; ++i) {
    lines += fmt::format("{{\"id\":{},\"who\":\"{:064}\",\"level\":\"paid\"}}\n", i, i * 7919);
  }
  folder_.Write("raw/events/3.json", lines);
  Table("copies", "SELECT id, who FROM events");
  const auto file_of = [this](int num_threads) {
    RunOptions options;
    options.num_threads = num_threads;
    const Status status = Run(options);
    EXPECT_TRUE(status.ok()) << status.message();
    std::string bytes;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "lake/copies")) {
      std::ifstream file(entry.path(), std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    return bytes;
  };
  const std::string whole = file_of(2);
  toml_ += "[run]\nmemory = \"1 kB\"\n";
  const std::string divided = file_of(1);
  EXPECT_GT(divided.size(), 1000u);
  EXPECT_FALSE(divided == whole);
  for (const int num_threads : {2, 5}) EXPECT_TRUE(file_of(num_threads) == divided);
}

TEST_F(RunPlanTest, TheFirstBadRecordByPlaceIsReported) {
  folder_.Write("raw/events/0.json", std::string(1 << 20, ' ') + "\n{\"id\":1}\n");
  folder_.Write("raw/events/3.json", "{\"id\":1}\n{\"id\":}\n");
  folder_.Write("raw/events/4.json", std::string(1 << 20, ' ') + "\n{]\n");
  Table("copies", "SELECT id FROM events");
  Table("more", "SELECT who FROM events");
  toml_.replace(toml_.find("[source.events]"), 15, "[source.events]\non_bad_record = \"fail\"");
  for (int i = 0; i < 5; ++i) {
    const Status status = Run();
    EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
    EXPECT_THAT(MessageOf(status), HasSubstr("events/3.json: line 2, byte 9: "));
  }
}

TEST_F(RunPlanTest, TheFirstTablesErrorIsReported) {
  Table("early", "SELECT CAST(level AS INT) AS x FROM events");
  Table("late", "SELECT id, who FROM events", "key = [\"who\"]");
  for (int i = 0; i < 5; ++i) {
    const Status status = Run();
    EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
    EXPECT_THAT(MessageOf(status), AllOf(HasSubstr("early.sql:1:8"), HasSubstr("free")));
  }
}

TEST_F(RunPlanTest, AnErrorReachesTablesThatReadTheFailedOne) {
  Table("broken", "SELECT CAST(level AS INT) AS x FROM events");
  Table("reader", "SELECT sum(x) AS x FROM broken");
  EXPECT_THAT(MessageOf(Run({}, {"reader"})), HasSubstr("broken.sql:1:8"));
}

TEST_F(RunPlanTest, ABrokenKeyIsAFailedCheck) {
  Table("users_of", "SELECT who FROM events WHERE who IS NOT NULL", "key = [\"who\"]");
  const Status status = Run();
  EXPECT_EQ(KindOf(status), ErrorKind::kCheckFailed);
  EXPECT_THAT(MessageOf(status), AllOf(HasSubstr("table users_of"), HasSubstr("who = ann")));
}

TEST_F(RunPlanTest, NoFilesAreAnError) {
  toml_ += "[source.lost]\npath = \"nowhere/*.json\"\nschema = \"a INT\"\n";
  Table("copies", "SELECT a FROM lost");
  const Status status = Run();
  EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
  EXPECT_THAT(MessageOf(status), AllOf(HasSubstr("lost"), HasSubstr("nowhere/*.json")));
}

TEST_F(RunPlanTest, EveryRowOfARunHasTheMomentOfItsStart) {
  Table("seen", "SELECT id, current_timestamp() AS at FROM events WHERE id < 3");
  Table("days",
        "SELECT DISTINCT at, CAST(current_date() AS STRING) AS day FROM seen WHERE at = now()");
  using std::chrono::system_clock;
  // A second run of the same process has a moment of its own.
  for (const char* moment : {"2018-11-21 21:56:47", "2019-01-02 03:04:05"}) {
    RunOptions options;
    const auto at = arrow::Scalar::Parse(arrow::timestamp(arrow::TimeUnit::SECOND), moment);
    options.context.started_at =
        system_clock::from_time_t(static_cast<const arrow::TimestampScalar&>(**at).value);
    ASSERT_TRUE(Run(options).ok());
    ExpectTable("seen", "id BIGINT, at TIMESTAMP",
                fmt::format(R"([[1, "{0}"], [2, "{0}"]])", moment));
    ExpectTable("days", "at TIMESTAMP, day STRING",
                fmt::format(R"([["{}", "{}"]])", moment, std::string(moment, 10)));
  }
}

TEST_F(RunPlanTest, AStopEndsTheRun) {
  Table("copies", "SELECT id FROM events");
  arrow::StopSource stop;
  stop.RequestStop();
  RunOptions options;
  options.context.stop = stop.token();
  EXPECT_EQ(KindOf(Run(options)), ErrorKind::kCancelled);
}

TEST_F(RunPlanTest, SelectedTablesAloneAreWritten) {
  Table("base", "SELECT id, level FROM events");
  Table("derived", "SELECT level, count(*) AS n FROM base GROUP BY level ORDER BY level LIMIT 1");
  ASSERT_TRUE(Run({}, {"derived"}).ok());
  ExpectTable("derived", "level STRING, n BIGINT", R"([["free", 2]])");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "lake/base"));
}

class AnalyzeTest : public RunPlanTest {
 protected:
  // Of all tables, without a lake.
  RunMetrics Analyze(bool analyze = true) {
    folder_.Write("tarn.toml", toml_);
    pipeline_ = pipeline::Load(folder_.path(), {}).ValueOrDie();
    plan_ = plan::Bind(*pipeline_, {}).ValueOrDie();
    RunOptions options;
    options.context.storages = storage::TestStorages();
    options.num_threads = 2;
    options.analyze = analyze;
    RunMetrics metrics = RunPlan(*plan_, nullptr, options).ValueOrDie();
    EXPECT_FALSE(std::filesystem::exists(folder_ / "lake"));
    return metrics;
  }
};

TEST_F(AnalyzeTest, EveryNodeIsMeasuredAndNothingIsWritten) {
  Table("copies", "SELECT id + 1 AS next FROM events WHERE level = 'paid'");
  const RunMetrics metrics = Analyze();
  const plan::Node* root = plan_->tables[0].root.get();
  ASSERT_GE(metrics.nodes.size(), 2u);
  for (const NodeMetrics& node : metrics.nodes) {
    EXPECT_EQ(node.num_rows, 2);
    EXPECT_GT(node.num_bytes, 0);
    EXPECT_GT(node.work.cpu_seconds, 0);
    EXPECT_GT(node.work.wall_seconds, 0);
    EXPECT_EQ(node.work.serial_seconds, 0);  // each batch by itself
  }
  EXPECT_TRUE(std::any_of(metrics.nodes.begin(), metrics.nodes.end(),
                          [&](const NodeMetrics& node) { return node.node == root; }));
}

TEST_F(AnalyzeTest, TheFilesOfATableAreMadeToBeMeasured) {
  Table("copies", "SELECT id, level FROM events", "partition_by = [\"level\"]\n");
  const RunMetrics metrics = Analyze();
  ASSERT_EQ(metrics.tables.size(), 1u);
  const TableMetrics& table = metrics.tables[0];
  EXPECT_EQ(table.stats.num_rows, 4);
  EXPECT_EQ(table.stats.num_partitions, 2);
  EXPECT_EQ(table.stats.num_files, 2);
  EXPECT_GT(table.stats.num_bytes, 0);
  ASSERT_EQ(table.columns.size(), 1u);
  EXPECT_EQ(table.columns[0].name, "id");
  EXPECT_EQ(table.columns[0].encodings, std::vector<std::string>{"PLAIN"});
  EXPECT_GT(table.work.serial_seconds, 0);
  EXPECT_GT(table.work.cpu_seconds, table.work.serial_seconds);
}

TEST_F(AnalyzeTest, WhatAWriterHoldsIsCounted) {
  Table("copies", "SELECT id, level FROM events");
  const RunMetrics metrics = Analyze();
  ASSERT_EQ(metrics.tables.size(), 1u);
  EXPECT_GT(metrics.tables[0].peak_bytes, 0);
}

TEST_F(AnalyzeTest, ThePartsAddUpToTheRun) {
  Table("totals", "SELECT level, count(*) AS n FROM events GROUP BY level");
  const RunMetrics metrics = Analyze();
  double cpu = metrics.rest.cpu_seconds, serial = metrics.rest.serial_seconds;
  const auto add = [&](const Work& work) {
    cpu += work.cpu_seconds;
    serial += work.serial_seconds;
    EXPECT_GE(work.cpu_seconds, work.serial_seconds);
    EXPECT_LE(work.wall_seconds, metrics.all.wall_seconds);
  };
  for (const NodeMetrics& node : metrics.nodes) add(node.work);
  for (const SourceMetrics& source : metrics.sources) add(source.work);
  for (const TableMetrics& table : metrics.tables) add(table.work);
  EXPECT_DOUBLE_EQ(metrics.all.cpu_seconds, cpu);
  EXPECT_DOUBLE_EQ(metrics.all.serial_seconds, serial);
  EXPECT_GT(metrics.nodes[0].work.serial_seconds, 0);  // groups, in the order of rows
  EXPECT_GT(metrics.rest.serial_seconds, 0);
  EXPECT_GT(metrics.sources[0].work.serial_seconds, 0);  // listing
  EXPECT_GT(metrics.peak_memory_bytes, 0);
  EXPECT_EQ(metrics.num_threads, 2);
}

TEST_F(AnalyzeTest, WithoutItNothingIsMeasured) {
  Table("copies", "SELECT id FROM events");
  const RunMetrics metrics = Analyze(/*analyze=*/false);
  EXPECT_TRUE(metrics.nodes.empty());
  EXPECT_TRUE(metrics.tables.empty());
  EXPECT_EQ(metrics.all.cpu_seconds, 0);
}

}  // namespace
}  // namespace tarn::local
