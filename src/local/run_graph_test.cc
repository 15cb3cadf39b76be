#include "local/run_graph.h"

#include <arrow/array/builder_primitive.h>
#include <arrow/compute/initialize.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <numeric>
#include <random>
#include <thread>

#include "local/batch/batches_for_test.h"
#include "local/batch/gather.h"
#include "pipeline/pipeline.h"
#include "plan/node.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::local {
namespace {

using testing::HasSubstr;

// What the tables of a plan got.
struct Outcome {
  std::vector<BatchPtr> tables;  // null for one that failed or was stopped
  std::string error;             // of the first table that failed
  std::vector<NodeMetrics> nodes;
};

class RunGraphTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  void Plan(const std::vector<std::pair<std::string, std::string>>& tables) {
    std::string toml = R"(
[pipeline]
name = "test"
[lake]
input = "raw"
output = "lake"
[source.events]
path = "events/*.json"
schema = "id BIGINT, who STRING, x DOUBLE"
[source.users]
path = "users/*.json"
schema = "name STRING, score DOUBLE"
)";
    for (const auto& [name, sql] : tables) {
      folder_.Write(name + ".sql", sql);
      toml += "[table." + name + "]\n";
    }
    folder_.Write("tarn.toml", toml);
    pipeline_ = pipeline::Load(folder_.path(), {}).ValueOrDie();
    plan_ = plan::Bind(*pipeline_, {}).ValueOrDie();
  }

  // Many batches of few rows, of which few are like the ones beside them.
  static std::vector<std::vector<BatchPtr>> PiecesOf(const plan::SourcePlan& source) {
    arrow::FieldVector fields;
    for (const int column : source.output) fields.push_back(source.schema->field(column));
    const SchemaPtr schema = arrow::schema(fields);
    std::mt19937 random(7);
    std::vector<std::vector<BatchPtr>> pieces;
    int64_t id = 0;
    for (int piece = 0; piece < 60; ++piece) {
      std::vector<BatchPtr>& parts = pieces.emplace_back();
      for (unsigned part = 0; part < random() % 4; ++part) {
        std::string rows = "[";
        for (unsigned row = 0; row <= random() % 9; ++row) {
          rows += rows.size() == 1 ? "{" : ", {";
          for (const auto& field : fields) {
            if (rows.back() != '{') rows += ", ";
            rows += fmt::format("\"{}\": ", field->name());
            if (field->type()->id() == arrow::Type::INT64) {
              rows += std::to_string(id++);
            } else if (random() % 10 == 0) {
              rows += "null";
            } else if (field->type()->id() == arrow::Type::STRING) {
              rows += fmt::format("\"u{}\"", random() % 40);
            } else {
              rows += fmt::format("{}", static_cast<double>(random() % 100'000) / 7e3);
            }
          }
          rows += "}";
        }
        parts.push_back(MakeBatch(DdlOf(fields), rows + "]"));
      }
    }
    return pieces;
  }

  static std::string DdlOf(const arrow::FieldVector& fields) {
    std::string ddl;
    for (const auto& field : fields) {
      const arrow::Type::type type = field->type()->id();
      ddl += fmt::format("{}{} {}", ddl.empty() ? "" : ", ", field->name(),
                         type == arrow::Type::INT64    ? "BIGINT"
                         : type == arrow::Type::STRING ? "STRING"
                                                       : "DOUBLE");
    }
    return ddl;
  }

  // Pieces are pushed in a random order, with pauses between their parts.
  Outcome Run(int num_threads, unsigned seed) {
    Scheduler scheduler;
    Backlog backlog;
    RunControl control(arrow::StopToken::Unstoppable());
    NodeMeter meter;
    std::vector<std::shared_ptr<Collector>> tables;
    for (size_t i = 0; i < plan_->tables.size(); ++i) {
      tables.push_back(std::make_shared<Collector>(StageContext{&scheduler, &backlog, &meter}));
    }
    auto graph = RunGraph::Make({plan_.get(),
                                 {},
                                 &scheduler,
                                 &backlog,
                                 &control,
                                 measures_,
                                 {tables.begin(), tables.end()}})
                     .ValueOrDie();
    graph->Start();
    std::vector<Scheduler::Task> tasks;
    for (size_t source = 0; source < plan_->sources.size(); ++source) {
      const PieceSinkPtr sink = graph->sources()[source];
      const auto pieces = PiecesOf(plan_->sources[source]);
      tasks.emplace_back([sink, count = pieces.size()] { sink->SetNumPieces(count); });
      for (size_t number = 0; number < pieces.size(); ++number) {
        tasks.emplace_back([sink, number, seed, parts = pieces[number]] {
          std::mt19937 random(seed + static_cast<unsigned>(number));
          for (const BatchPtr& part : parts) {
            std::this_thread::sleep_for(std::chrono::microseconds(random() % 100));
            sink->Push(static_cast<int64_t>(number), part);
          }
          sink->Complete(static_cast<int64_t>(number));
        });
      }
    }
    std::shuffle(tasks.begin(), tasks.end(), std::mt19937(seed));
    for (Scheduler::Task& task : tasks) {
      scheduler.Submit(Scheduler::Priority::kScan, std::move(task));
    }
    EXPECT_TRUE(scheduler.Run(num_threads).ok());
    Outcome outcome;
    outcome.nodes = graph->metrics();
    for (size_t i = 0; i < tables.size(); ++i) {
      EXPECT_TRUE(tables[i]->is_finished()) << i;
      outcome.tables.push_back(
          tables[i]->status().ok()
              ? *Concatenate(plan_->tables[i].root->schema, tables[i]->batches())
              : nullptr);
      if (outcome.error.empty()) outcome.error = MessageOf(tables[i]->status());
    }
    return outcome;
  }

  void ExpectTheSameForAllThreads() {
    const Outcome first = Run(1, 1);
    for (const int num_threads : {1, 2, 3, 8, 64}) {
      for (unsigned seed = 2; seed < 6; ++seed) {
        const Outcome other = Run(num_threads, seed);
        EXPECT_EQ(other.error, first.error) << num_threads;
        for (size_t i = 0; i < first.tables.size(); ++i) {
          ASSERT_EQ(other.tables[i] == nullptr, first.tables[i] == nullptr);
          if (first.tables[i] == nullptr) continue;
          // Not a bit of a floating-point sum may differ.
          EXPECT_TRUE(other.tables[i]->Equals(*first.tables[i]))
              << plan_->tables[i].table->name << ", threads: " << num_threads;
        }
      }
    }
    first_ = first;
  }

  int64_t RowsOf(const std::string& table) const {
    for (size_t i = 0; i < plan_->tables.size(); ++i) {
      if (plan_->tables[i].table->name == table) return first_.tables[i]->num_rows();
    }
    return -1;
  }

  storage::TemporaryFolder folder_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<plan::Plan> plan_;
  bool measures_ = false;
  Outcome first_;
};

TEST_F(RunGraphTest, RowsDoNotDependOnThreads) {
  Plan({{"sums",
         "SELECT who, sum(x) AS s, avg(x) AS a, count(*) AS n, max_by(id, x) AS m, "
         "count(DISTINCT x) AS d, sum(x) FILTER (WHERE id % 2 = 0) AS even "
         "FROM events GROUP BY who"},
        {"sum_of_all",
         "SELECT sum(x) AS s, sum(s) AS t FROM (SELECT x, x / 3 AS s FROM events) AS e"},
        {"pairs",
         "SELECT e.id, e.who, u.score FROM events AS e LEFT JOIN users AS u "
         "ON u.name = e.who AND u.score > e.x"},
        {"kept",
         "SELECT e.id, u.name, u.score FROM events AS e FULL JOIN users AS u "
         "ON u.name = e.who AND e.x > 13"},
        {"twins",
         "SELECT a.id, b.id AS other FROM events AS a JOIN events AS b "
         "ON a.who = b.who AND a.x < b.x"},
        {"all_names",
         "SELECT who AS name, x FROM events UNION ALL SELECT name, score FROM users "
         "UNION ALL SELECT who, s FROM sums UNION ALL SELECT 'one', 1.5"},
        {"names", "SELECT DISTINCT name FROM all_names"},
        {"latest",
         "SELECT who, id, x FROM (SELECT who, id, x, row_number() OVER "
         "(PARTITION BY who ORDER BY x DESC) AS n FROM events) AS e WHERE n = 1"},
        {"numbered",
         "SELECT who, id, row_number() OVER (PARTITION BY who ORDER BY x) AS n "
         "FROM events"},
        {"moving",
         "SELECT who, id, avg(x) OVER (PARTITION BY who ORDER BY x ROWS BETWEEN 2 PRECEDING AND "
         "1 FOLLOWING) AS a, sum(x) OVER (PARTITION BY who ORDER BY id) AS s, "
         "rank() OVER (ORDER BY who) AS r FROM events"},
        {"latest_few",
         "SELECT who, id, n FROM (SELECT who, id, row_number() OVER "
         "(PARTITION BY who ORDER BY x DESC) AS n FROM events) AS e WHERE n <= 3"},
        {"sorted", "SELECT name, x FROM all_names ORDER BY x DESC, name"},
        {"first_few", "SELECT id, who FROM events WHERE x > 2 LIMIT 17"},
        {"top", "SELECT who, s FROM sums ORDER BY s DESC LIMIT 5"},
        {"none", "SELECT id FROM events LIMIT 0"}});
  ExpectTheSameForAllThreads();
  EXPECT_EQ(first_.error, "");
  EXPECT_EQ(RowsOf("sums"), 41);
  EXPECT_EQ(RowsOf("sum_of_all"), 1);
  EXPECT_GT(RowsOf("twins"), 100);
  EXPECT_EQ(RowsOf("first_few"), 17);
  EXPECT_EQ(RowsOf("top"), 5);
  EXPECT_EQ(RowsOf("none"), 0);
}

// Joins and filters copy their rows: columns that nobody reads are not among them.
TEST_F(RunGraphTest, OnlyColumnsThatAreReadAreCopied) {
  const std::vector<std::string> queries = {
      "SELECT id + 1 AS n FROM events WHERE who LIKE 'u%1'",
      "SELECT min(id) AS n FROM events WHERE who LIKE 'u%1'",
      "SELECT id AS n FROM (SELECT id, who, upper(who) AS upper_who FROM events) AS e "
      "WHERE upper_who LIKE 'U%1' AND who LIKE '%1'",
      "SELECT e.id AS n FROM events AS e JOIN users AS u ON u.name = e.who",
      "SELECT e.id AS n FROM events AS e LEFT JOIN users AS u ON u.name = e.who AND e.x > u.score",
      "SELECT max(e.id) AS n FROM events AS e LEFT JOIN users AS u ON u.name = e.who"};
  measures_ = true;
  for (const std::string& query : queries) {
    Plan({{"t", query}});
    const Outcome outcome = Run(/*num_threads=*/2, /*seed=*/1);
    EXPECT_EQ(outcome.error, "");
    bool is_copied = false;
    for (const NodeMetrics& node : outcome.nodes) {
      if (plan::As<plan::Filter>(*node.node) == nullptr &&
          plan::As<plan::Join>(*node.node) == nullptr) {
        continue;
      }
      is_copied = true;
      EXPECT_GT(node.num_rows, 20) << query;
      // A BIGINT, and a bit for NULLs.
      EXPECT_LE(node.num_bytes, node.num_rows * 9) << query;
    }
    EXPECT_TRUE(is_copied) << query;
  }
}

TEST_F(RunGraphTest, TheFirstErrorByRowDoesNotDependOnThreads) {
  // Rows 100 and 200 fail, each in its way.
  Plan({{"failing",
         "SELECT CASE WHEN id = 200 THEN div(1, id - 200) WHEN id = 100 THEN "
         "CAST(concat('no', CAST(id AS STRING)) AS BIGINT) ELSE id END AS n FROM events"},
        {"reader", "SELECT sum(n) AS n FROM failing"}});
  ExpectTheSameForAllThreads();
  EXPECT_THAT(first_.error, HasSubstr("no100"));
}

}  // namespace
}  // namespace tarn::local
