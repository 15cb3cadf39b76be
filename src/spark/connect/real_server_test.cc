#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>
#include <arrow/json/from_string.h>
#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "spark/connect/spark_error_for_test.h"
#include "spark/connect/spark_session.h"
#include "values/ddl_text.h"

// Against the server of TARN_TEST_SPARK_REMOTE, which tests/integration/test_spark_connect.py
// starts. TARN_TEST_SPARK_KIND is "spark" or "sail": what the latter lacks is left out.
namespace tarn::connect {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool IsSail() { return Variable("TARN_TEST_SPARK_KIND") == "sail"; }

class RealServer : public testing::Test {
 protected:
  void SetUp() override {
    const std::string remote = Variable("TARN_TEST_SPARK_REMOTE");
    if (remote.empty()) GTEST_SKIP() << "TARN_TEST_SPARK_REMOTE names no Spark Connect server";
    auto endpoint = ParseEndpoint(remote);
    ASSERT_TRUE(endpoint.ok()) << endpoint.status().ToString();
    options_.endpoint = *endpoint;
    options_.stop = stop_source_.token();
    auto session = Session::Open(options_);
    ASSERT_TRUE(session.ok()) << session.status().ToString();
    session_ = *session;
    folder_ = testing::TempDir() + "spark-" + session_->session_id();
    std::filesystem::create_directories(folder_);
  }

  void TearDown() override {
    std::filesystem::remove_all(folder_);
    if (session_ != nullptr && !stop_source_.token().IsStopRequested()) {
      EXPECT_TRUE(session_->Release().ok());
    }
  }

  int64_t CountOf(const Relation& relation) {
    auto table = session_->Collect(Project(relation, {"count(*) AS n"}));
    EXPECT_TRUE(table.ok()) << table.status().ToString();
    if (!table.ok()) return -1;
    return static_cast<const arrow::Int64Scalar&>(*(*table)->column(0)->GetScalar(0).ValueOrDie())
        .value;
  }

  arrow::StopSource stop_source_;
  SessionOptions options_;
  std::shared_ptr<Session> session_;
  std::string folder_;
};

TEST_F(RealServer, TellsItsVersion) {
  EXPECT_THAT(session_->spark_version(), testing::MatchesRegex("[34]\\.[0-9]+\\.[0-9]+.*"));
}

TEST_F(RealServer, KeepsSettings) {
  ASSERT_TRUE(session_->SetConfig({{"spark.sql.session.timeZone", "Asia/Tokyo"}}).ok());
  EXPECT_EQ(session_->GetConfig("spark.sql.session.timeZone").ValueOrDie(), "Asia/Tokyo");
  EXPECT_EQ(session_->GetConfig("spark.nobody.knows.this").ValueOrDie(), std::nullopt);
}

TEST_F(RealServer, GivesTheRowsOfAQuery) {
  auto table = session_->Collect(
      Query("SELECT id, concat('it\\'s ', id) AS name FROM range(3) ORDER BY id"));
  ASSERT_TRUE(table.ok()) << table.status().ToString();
  EXPECT_EQ((*table)->num_rows(), 3);
  EXPECT_EQ((*table)->column(1)->GetScalar(2).ValueOrDie()->ToString(), "it's 2");
}

TEST_F(RealServer, GivesTheSchemaOfAnEmptyResult) {
  auto table = session_->Collect(Query("SELECT id, 'x' AS name FROM range(3) WHERE id > 5"));
  ASSERT_TRUE(table.ok()) << table.status().ToString();
  EXPECT_EQ((*table)->num_rows(), 0);
  EXPECT_EQ((*table)->schema()->field_names(), (std::vector<std::string>{"id", "name"}));
}

TEST_F(RealServer, TakesRowsInAPlan) {
  if (IsSail()) GTEST_SKIP() << "Sail takes no schema with them";
  const auto schema =
      arrow::schema({arrow::field("id", arrow::int32()),
                     arrow::field("at", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")),
                     arrow::field("tags", arrow::list(arrow::field("element", arrow::utf8())))});
  const auto rows = arrow::json::ArrayFromJSONString(arrow::struct_(schema->fields()),
                                                     R"([[1, 0, ["a", null]], [null, null, null]])")
                        .ValueOrDie();
  auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  auto writer = arrow::ipc::MakeStreamWriter(sink, schema).ValueOrDie();
  ASSERT_TRUE(
      writer->WriteRecordBatch(*arrow::RecordBatch::FromStructArray(rows).ValueOrDie()).ok());
  ASSERT_TRUE(writer->Close().ok());
  const auto relation =
      Rows(sink->Finish().ValueOrDie()->ToString(), "id INT, at TIMESTAMP, tags ARRAY<STRING>");
  ASSERT_TRUE(session_->CreateTempView("few", relation).ok());
  const auto found =
      session_->Collect(Query("SELECT id, unix_micros(at) AS at, tags[0] AS tag FROM few"));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ((*found)->num_rows(), 2);
  EXPECT_EQ((*found)->column(1)->GetScalar(0).ValueOrDie()->ToString(), "0");
  EXPECT_EQ((*found)->column(2)->GetScalar(0).ValueOrDie()->ToString(), "a");
  EXPECT_EQ((*found)->column(0)->null_count(), 1);
  const auto none = session_->Collect(Rows("", "id INT"));
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ((*none)->num_rows(), 0);
}

TEST_F(RealServer, TellsTypes) {
  auto schema = session_->Schema(Query(
      "SELECT CAST(1 AS INT) a, 1.5BD b, 'x' c, DATE '2020-01-01' d, TIMESTAMP '2020-01-01' e, "
      "array(1L) f, named_struct('x', true) g, map('k', 1.0D) h, CAST(NULL AS BINARY) i"));
  ASSERT_TRUE(schema.ok()) << schema.status().ToString();
  std::vector<std::string> types;
  for (const auto& field : (*schema)->fields()) types.push_back(DdlOf(*field->type()));
  EXPECT_THAT(types,
              ElementsAre("INT", "DECIMAL(2,1)", "STRING", "DATE", "TIMESTAMP", "ARRAY<BIGINT>",
                          StartsWith("STRUCT<x: BOOLEAN"), "MAP<STRING, DOUBLE>", "BINARY"));
}

TEST_F(RealServer, ReadsWritesAndNamesRelations) {
  const Relation rows = Query("SELECT id, id % 3 AS part FROM range(100)");
  const WriteSpec spec{.path = folder_ + "/json", .partition_by = {"part"}};
  const Status written = session_->Write(
      SortWithinPartitions(RepartitionBy(rows, {"part"}, 2), {{"part"}, {"id"}}), spec);
  ASSERT_TRUE(written.ok()) << written.ToString();
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/json/part=2"));

  const Relation read =
      Read({.format = "parquet", .schema = "id BIGINT, part INT", .paths = {folder_ + "/json"}});
  const Status named = session_->CreateTempView("numbers", Filter(read, "id >= 10"));
  ASSERT_TRUE(named.ok()) << named.ToString();
  EXPECT_EQ(CountOf(Table("numbers")), 90);
  EXPECT_EQ(
      CountOf(Filter(WithColumns(Table("numbers"), {{"double_id", "id * 2"}}), "double_id < 40")),
      10);
  EXPECT_EQ(CountOf(Coalesce(Repartition(Drop(Table("numbers"), {"part"}), 4), 2)), 90);
  ASSERT_TRUE(session_->CreateTempView("numbers", Filter(read, "id >= 98")).ok());
  EXPECT_EQ(CountOf(Table("numbers")), 2);
  ASSERT_TRUE(session_->Write(rows, spec).ok());
  EXPECT_EQ(CountOf(Read({.format = "parquet", .schema = "", .paths = {spec.path}})), 200);
}

TEST_F(RealServer, ExplainsAPlan) {
  auto text = session_->Explain(Query("SELECT id FROM range(10) WHERE id > 3"));
  ASSERT_TRUE(text.ok()) << text.status().ToString();
  EXPECT_THAT(*text, HasSubstr("ilter"));
}

TEST_F(RealServer, KeepsPersistedRows) {
  if (IsSail()) GTEST_SKIP() << "Sail computes relations anew";
  const Relation rows = Query("SELECT id % 7 AS part FROM range(1000)");
  ASSERT_TRUE(session_->Persist(rows).ok());
  EXPECT_EQ(CountOf(rows), 1000);
  EXPECT_THAT(session_->Explain(rows).ValueOrDie(), HasSubstr("InMemoryTableScan"));
  ASSERT_TRUE(session_->Unpersist(rows).ok());
  EXPECT_THAT(session_->Explain(rows).ValueOrDie(), Not(HasSubstr("InMemoryTableScan")));
}

TEST_F(RealServer, TellsWhatIsWrongWithAQuery) {
  const Status status = session_->Collect(Query("SELECT id,\n  nowhere FROM range(3)")).status();
  const SparkError& error = ErrorOf(status);
  EXPECT_EQ(error.kind, SparkErrorKind::kQuery);
  EXPECT_THAT(status.message(), HasSubstr("nowhere"));
  if (IsSail()) return;  // which reports nothing else
  EXPECT_EQ(error.error_class, "UNRESOLVED_COLUMN.WITH_SUGGESTION");
  EXPECT_EQ(error.sql_state, "42703");
  EXPECT_EQ(error.line, 2);
  EXPECT_EQ(error.column, 3);
  ASSERT_EQ(error.query_contexts.size(), 1);
  EXPECT_EQ(error.query_contexts[0].start_index, 13);
  EXPECT_EQ(error.query_contexts[0].stop_index, 19);
  EXPECT_EQ(error.query_contexts[0].fragment, "nowhere");
  EXPECT_THAT(error.message, Not(HasSubstr("Project")));
  EXPECT_THAT(error.message, Not(HasSubstr("SQLSTATE")));
}

TEST_F(RealServer, TellsWhatIsWrongWithAValue) {
  const Status status =
      session_->Collect(Query("SELECT CAST(concat('x', id) AS INT) FROM range(10)")).status();
  EXPECT_EQ(ErrorOf(status).kind, SparkErrorKind::kQuery);
  if (IsSail()) return;
  EXPECT_EQ(ErrorOf(status).error_class, "CAST_INVALID_INPUT");
  EXPECT_THAT(status.message(), Not(HasSubstr("\tat ")));
}

struct ProgressSeen : ExecutionObserver {
  void OnProgress(const ExecutionProgress& progress) override {
    ++num_reports;
    for (const auto& stage : progress.stages) {
      EXPECT_LE(stage.num_completed_tasks, stage.num_tasks);
      num_tasks_seen = std::max(num_tasks_seen, stage.num_completed_tasks);
    }
  }
  void OnObservedMetrics(const ObservedMetrics& metrics) override {
    for (const auto& [name, value] : metrics.values) {
      observed.push_back(metrics.name + "." + name + "=" + value->ToString());
    }
  }
  void OnOperatorMetrics(const std::vector<OperatorMetric>& metrics) override {
    for (const auto& metric : metrics) operators.push_back(metric.name);
  }
  int num_reports = 0;
  int64_t num_tasks_seen = 0;
  std::vector<std::string> observed;
  std::vector<std::string> operators;
};

TEST_F(RealServer, TellsProgressAndWhatItObserves) {
  if (IsSail()) GTEST_SKIP() << "Sail tells neither";
  ProgressSeen listener;
  const Relation slow =
      Query("SELECT id, java_method('java.lang.Thread', 'sleep', 60L) FROM range(0, 100, 1, 8)");
  const Relation observed =
      Observe(slow, "rows",
              {"count(*) AS num_rows", "max(id) AS last", "CAST(1.50 AS DECIMAL(5,2)) AS d",
               "max(CAST(NULL AS STRING)) AS nothing"});
  const Status status =
      session_->Write(observed, {.path = folder_ + "/out", .partition_by = {}}, &listener);
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_THAT(listener.observed,
              ElementsAre("rows.num_rows=100", "rows.last=99", "rows.d=1.50", "rows.nothing=null"));
  EXPECT_GT(listener.num_reports, 0);
  EXPECT_GT(listener.num_tasks_seen, 0);
}

TEST_F(RealServer, TellsWhatOperatorsCounted) {
  if (IsSail()) GTEST_SKIP() << "Sail does not tell it";
  ProgressSeen listener;
  ASSERT_TRUE(session_->Collect(Query("SELECT id FROM range(10) WHERE id > 3"), &listener).ok());
  EXPECT_THAT(listener.operators, Contains("number of output rows"));
}

// Servers that cut streams each second and megabyte make this reattach many times.
TEST_F(RealServer, GivesEachRowOnce) {
  constexpr int64_t kNumRows = 2'000'000;
  auto reader =
      session_->Stream(Query("SELECT id, repeat('x', 20) AS filler FROM range(0, 2000000, 1, 20) "
                             "WHERE id % 100000 <> 7 OR id >= 0"));
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  int64_t num_rows = 0;
  int64_t sum = 0;
  std::shared_ptr<arrow::RecordBatch> batch;
  while (true) {
    const Status status = (*reader)->ReadNext(&batch);
    ASSERT_TRUE(status.ok()) << status.ToString();
    if (batch == nullptr) break;
    num_rows += batch->num_rows();
    const auto& ids = static_cast<const arrow::Int64Array&>(*batch->column(0));
    for (int64_t i = 0; i < ids.length(); ++i) sum += ids.Value(i);
  }
  EXPECT_EQ(num_rows, kNumRows);
  EXPECT_EQ(sum, kNumRows * (kNumRows - 1) / 2);
}

TEST_F(RealServer, WaitsForWorkThatIsLongerThanAStream) {
  if (IsSail()) GTEST_SKIP() << "Sail has no java_method";
  auto table = session_->Collect(
      Query("SELECT java_method('java.lang.Thread', 'sleep', 3000L) FROM range(0, 1, 1, 1)"));
  ASSERT_TRUE(table.ok()) << table.status().ToString();
  EXPECT_EQ((*table)->num_rows(), 1);
}

// Longer than any of these tests.
Relation SlowRows() {
  if (IsSail()) {
    return Query(
        "SELECT count(*) FROM range(100000000) a CROSS JOIN range(100000000) b "
        "WHERE a.id * b.id % 7 = 3");
  }
  return Query("SELECT java_method('java.lang.Thread', 'sleep', 1000L) FROM range(0, 200, 1, 200)");
}

TEST_F(RealServer, StopsWorkAtOnce) {
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    stop_source_.RequestStop();
  });
  const auto begin = std::chrono::steady_clock::now();
  const Status status = session_->Collect(SlowRows()).status();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(6));
  stopper.join();
  EXPECT_EQ(KindOf(status), ErrorKind::kCancelled) << status.ToString();
}

TEST_F(RealServer, InterruptsFromAnotherThread) {
  if (IsSail()) GTEST_SKIP() << "Sail forgets what is interrupted, and says so as an error";
  std::thread interrupter([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    EXPECT_TRUE(session_->Interrupt().ok());
  });
  const auto begin = std::chrono::steady_clock::now();
  const Status status = session_->Collect(SlowRows()).status();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  interrupter.join();
  EXPECT_EQ(ErrorOf(status).kind, SparkErrorKind::kCancelled) << status.ToString();
}

TEST_F(RealServer, RefusesAWrongToken) {
  if (options_.endpoint.token.empty()) GTEST_SKIP() << "the server asks for no token";
  SessionOptions options = options_;
  options.endpoint.token = "wrong";
  const Status status = Session::Open(options).status();
  EXPECT_EQ(ErrorOf(status).kind, SparkErrorKind::kUnauthenticated) << status.ToString();
  options.endpoint.token = "";
  EXPECT_EQ(ErrorOf(Session::Open(options).status()).kind, SparkErrorKind::kUnauthenticated);
}

TEST_F(RealServer, CarriesOutSeveralPlansAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int64_t> sum = 0;
  for (int i = 1; i <= 4; ++i) {
    threads.emplace_back(
        [&, i] { sum += CountOf(Query(fmt::format("SELECT * FROM range({})", i))); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sum, 1 + 2 + 3 + 4);
}

}  // namespace
}  // namespace tarn::connect
