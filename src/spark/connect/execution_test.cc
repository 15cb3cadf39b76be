#include "spark/connect/execution.h"

#include <arrow/array/builder_primitive.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>
#include <gmock/gmock.h>

#include "spark/connect/fake_spark_for_test.h"

namespace tarn::connect {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using Response = proto::ExecutePlanResponse;

Response NewResponse(const std::string& id) {
  Response response;
  response.set_response_id(id);
  response.set_server_side_session_id("server-1");
  return response;
}

Response Batch(const std::string& id, std::vector<int64_t> values) {
  arrow::Int64Builder builder;
  EXPECT_TRUE(builder.AppendValues(values).ok());
  const auto schema = arrow::schema({arrow::field("id", arrow::int64())});
  const auto batch = arrow::RecordBatch::Make(schema, static_cast<int64_t>(values.size()),
                                              {builder.Finish().ValueOrDie()});
  const auto stream = arrow::io::BufferOutputStream::Create().ValueOrDie();
  const auto writer = arrow::ipc::MakeStreamWriter(stream, schema).ValueOrDie();
  EXPECT_TRUE(writer->WriteRecordBatch(*batch).ok() && writer->Close().ok());
  Response response = NewResponse(id);
  response.mutable_arrow_batch()->set_row_count(batch->num_rows());
  response.mutable_arrow_batch()->set_data(stream->Finish().ValueOrDie()->ToString());
  return response;
}

Response Complete(const std::string& id) {
  Response response = NewResponse(id);
  response.mutable_result_complete();
  return response;
}

grpc::Status Unavailable() { return {StatusCode::UNAVAILABLE, "Connection reset by peer"}; }

grpc::Status NotFound() {
  return {StatusCode::INTERNAL,
          "[INVALID_HANDLE.OPERATION_NOT_FOUND] The handle is invalid. Operation not found."};
}

class ExecutionTest : public testing::Test {
 protected:
  void Open() {
    SessionOptions options = spark_.options();
    options.sleeper = &sleeper_;
    options.stop = stop_source_.token();
    options.retry = {.retries_max = 3, .initial_pause_ms = 10, .multiplier = 2};
    session_ = Session::Open(options).ValueOrDie();
  }

  // The values of a query that the scripts answer.
  Result<std::vector<int64_t>> Collect(ExecutionObserver* observer = nullptr) {
    if (session_ == nullptr) Open();
    ARROW_ASSIGN_OR_RAISE(const auto table, session_->Collect(Query("SELECT id"), observer));
    std::vector<int64_t> values;
    for (int64_t i = 0; i < table->num_rows(); ++i) {
      ARROW_ASSIGN_OR_RAISE(const auto scalar, table->column(0)->GetScalar(i));
      values.push_back(static_cast<const arrow::Int64Scalar&>(*scalar).value);
    }
    return values;
  }

  void Expect(const std::vector<int64_t>& expected) {
    const auto values = Collect();
    ASSERT_TRUE(values.ok()) << values.status().ToString();
    EXPECT_EQ(*values, expected);
  }

  // What the server was asked since the session was opened.
  std::vector<std::string> Calls() const {
    auto calls = spark_.calls();
    calls.erase(calls.begin());
    return calls;
  }

  FakeSpark spark_;
  FakeSleeper sleeper_;
  arrow::StopSource stop_source_;
  std::shared_ptr<Session> session_;
};

TEST_F(ExecutionTest, ReadsAllBatches) {
  spark_.scripts = {{{Batch("r1", {1, 2}), Batch("r2", {}), Batch("r3", {3}), Complete("r4")}}};
  Expect({1, 2, 3});
  EXPECT_THAT(Calls(), ElementsAre("ExecutePlan", "ReleaseAll"));
}

TEST_F(ExecutionTest, ReadsAnEmptyResult) {
  spark_.scripts = {{{Batch("r1", {}), Complete("r2")}}};
  Expect({});
}

TEST_F(ExecutionTest, TakesUpACutStreamBehindTheLastAnswer) {
  spark_.scripts = {{{Batch("r1", {1}), Batch("r2", {2})}, Unavailable()},
                    {{Batch("r3", {3})}, Unavailable()},
                    {{Complete("r4")}}};
  Expect({1, 2, 3});
  EXPECT_THAT(Calls(),
              ElementsAre("ExecutePlan", "Reattach after r2", "Reattach after r3", "ReleaseAll"));
  EXPECT_THAT(sleeper_.pauses_ms, ElementsAre(10, 10));  // each answer is a success
}

TEST_F(ExecutionTest, TakesUpAStreamThatEndsWellBeforeTheResultIsComplete) {
  spark_.scripts = {{{Batch("r1", {1})}}, {{Batch("r2", {2})}}, {{}}, {{Complete("r3")}}};
  Expect({1, 2});
  EXPECT_THAT(Calls(), ElementsAre("ExecutePlan", "Reattach after r1", "Reattach after r2",
                                   "Reattach after r2", "ReleaseAll"));
  EXPECT_THAT(sleeper_.pauses_ms, ElementsAre(10));  // only after the empty one
}

TEST_F(ExecutionTest, ReattachesWithoutAnIdWhenNothingCame) {
  spark_.scripts = {{{}, Unavailable()}, {{Batch("r1", {1}), Complete("r2")}}};
  Expect({1});
  EXPECT_THAT(Calls(), ElementsAre("ExecutePlan", "Reattach after nothing", "ReleaseAll"));
}

TEST_F(ExecutionTest, SendsAPlanAgainThatNeverReachedTheServer) {
  spark_.scripts = {{{}, Unavailable()}, {{}, NotFound()}, {{Batch("r1", {1}), Complete("r2")}}};
  Expect({1});
  EXPECT_THAT(Calls(),
              ElementsAre("ExecutePlan", "Reattach after nothing", "ExecutePlan", "ReleaseAll"));
  EXPECT_EQ(spark_.operation_ids.at(0), spark_.operation_ids.at(1));
}

TEST_F(ExecutionTest, DoesNotSendAPlanAgainOfWhichAnswersCame) {
  spark_.scripts = {{{Batch("r1", {1})}, Unavailable()}, {{}, NotFound()}};
  const Status status = Collect().status();
  ASSERT_NE(SparkErrorOf(status), nullptr) << status.ToString();
  EXPECT_EQ(SparkErrorOf(status)->kind, SparkErrorKind::kServerLost);
  EXPECT_EQ(SparkErrorOf(status)->error_class, "INVALID_HANDLE.OPERATION_NOT_FOUND");
  EXPECT_EQ(spark_.operation_ids.size(), 1);
}

TEST_F(ExecutionTest, GivesUpWhenThePolicyIsAtItsEnd) {
  for (int i = 0; i < 4; ++i) spark_.scripts.push_back({{}, Unavailable()});
  const Status status = Collect().status();
  ASSERT_NE(SparkErrorOf(status), nullptr) << status.ToString();
  EXPECT_EQ(SparkErrorOf(status)->kind, SparkErrorKind::kServerLost);
  EXPECT_THAT(status.message(), HasSubstr("Connection reset by peer"));
  EXPECT_THAT(sleeper_.pauses_ms, ElementsAre(10, 20, 40));
}

TEST_F(ExecutionTest, WaitsAsLongAsTheServerAsks) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(1);
  retry.mutable_retry_delay()->set_nanos(500'000'000);
  spark_.scripts = {{{}, DetailedStatus(StatusCode::RESOURCE_EXHAUSTED, "busy", nullptr, &retry)},
                    {{Batch("r1", {1}), Complete("r2")}}};
  Expect({1});
  EXPECT_THAT(sleeper_.pauses_ms, ElementsAre(1500));
}

TEST_F(ExecutionTest, ReattachesAfterAnotherStreamTookItsPlace) {
  spark_.scripts = {
      {{Batch("r1", {1})}, {StatusCode::INTERNAL, "[INVALID_CURSOR.DISCONNECTED] The cursor."}},
      {{Complete("r2")}}};
  Expect({1});
}

TEST_F(ExecutionTest, StopsWhenTheServerWasStartedAnew) {
  Response other = Batch("r1", {1});
  other.set_server_side_session_id("server-2");
  spark_.scripts = {{{other, Complete("r2")}}};
  const Status status = Collect().status();
  ASSERT_NE(SparkErrorOf(status), nullptr) << status.ToString();
  EXPECT_EQ(SparkErrorOf(status)->kind, SparkErrorKind::kServerLost);
}

TEST_F(ExecutionTest, EndsTheWorkOfAReaderThatIsClosedEarly) {
  Open();
  spark_.scripts = {{.responses = {Batch("r1", {1})}, .hangs = true}};
  auto reader = session_->Stream(Query("SELECT id")).ValueOrDie();
  reader.reset();
  EXPECT_THAT(Calls(), ElementsAre("ExecutePlan", "ReleaseAll"));
}

TEST_F(ExecutionTest, InterruptsTheServerWhenAStopIsRequested) {
  Open();
  spark_.scripts = {{.responses = {Batch("r1", {1})}, .hangs = true}};
  std::thread stopper([&] {
    while (spark_.calls().size() < 2) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    stop_source_.RequestStop();
  });
  const auto begin = std::chrono::steady_clock::now();
  const Status status = Collect().status();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
  stopper.join();
  EXPECT_EQ(KindOf(status), ErrorKind::kCancelled) << status.ToString();
  EXPECT_THAT(Calls(), ElementsAre("ExecutePlan", "Interrupt operation", "ReleaseAll"));
}

TEST_F(ExecutionTest, StopsInBoundedTimeWhenTheServerIsGone) {
  Open();
  spark_.scripts = {{.responses = {Batch("r1", {1})}, .hangs = true}};
  auto reader = session_->Stream(Query("SELECT id")).ValueOrDie();
  std::shared_ptr<arrow::RecordBatch> batch;
  ASSERT_TRUE(reader->ReadNext(&batch).ok());
  spark_.Die();
  stop_source_.RequestStop();
  const auto begin = std::chrono::steady_clock::now();
  const Status status = reader->ReadNext(&batch);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
  EXPECT_EQ(KindOf(status), ErrorKind::kCancelled) << status.ToString();
}

TEST_F(ExecutionTest, StopsInBoundedTimeWhenTheServerDoesNotAnswer) {
  Open();
  spark_.scripts = {{.responses = {Batch("r1", {1})}, .hangs = true}};
  spark_.interrupt_hangs = true;
  auto reader = session_->Stream(Query("SELECT id")).ValueOrDie();
  stop_source_.RequestStop();
  const auto begin = std::chrono::steady_clock::now();
  std::shared_ptr<arrow::RecordBatch> batch;
  Status status;
  do {
    status = reader->ReadNext(&batch);
  } while (status.ok() && batch != nullptr);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
  EXPECT_EQ(KindOf(status), ErrorKind::kCancelled) << status.ToString();
}

TEST_F(ExecutionTest, TellsAServerThatDied) {
  Open();
  spark_.scripts = {{.responses = {Batch("r1", {1})}, .hangs = true}};
  auto reader = session_->Stream(Query("SELECT id")).ValueOrDie();
  std::shared_ptr<arrow::RecordBatch> batch;
  ASSERT_TRUE(reader->ReadNext(&batch).ok());
  spark_.Die();
  const Status status = reader->ReadNext(&batch);
  ASSERT_NE(SparkErrorOf(status), nullptr) << status.ToString();
  EXPECT_EQ(SparkErrorOf(status)->kind, SparkErrorKind::kServerLost);
  EXPECT_THAT(sleeper_.pauses_ms, ElementsAre(10, 20, 40));
}

// What an observer receives, in order.
struct Listener : ExecutionObserver {
  void OnProgress(const ExecutionProgress& progress) override {
    for (const auto& stage : progress.stages) {
      heard.push_back(fmt::format("stage {}: {}/{}{}, {} running", stage.stage_id,
                                  stage.num_completed_tasks, stage.num_tasks,
                                  stage.is_done ? " done" : "", progress.num_running_tasks));
    }
  }
  void OnObservedMetrics(const ObservedMetrics& metrics) override {
    for (const auto& [name, value] : metrics.values) {
      heard.push_back(fmt::format("{}.{}={}", metrics.name, name, value->ToString()));
    }
  }
  void OnOperatorMetrics(const std::vector<OperatorMetric>& metrics) override {
    for (const auto& metric : metrics) {
      heard.push_back(fmt::format("{}: {}={}", metric.operator_name, metric.name, metric.value));
    }
  }
  std::vector<std::string> heard;
};

TEST_F(ExecutionTest, TellsProgressAndMetrics) {
  Response progress = NewResponse("r1");
  progress.mutable_execution_progress()->set_num_inflight_tasks(2);
  auto* stage = progress.mutable_execution_progress()->add_stages();
  stage->set_stage_id(7);
  stage->set_num_tasks(8);
  stage->set_num_completed_tasks(3);
  Response metrics = NewResponse("r3");
  auto* operation = metrics.mutable_metrics()->add_metrics();
  operation->set_name("Project");
  auto& value = (*operation->mutable_execution_metrics())["numOutputRows"];
  value.set_name("number of output rows");
  value.set_value(5);
  auto* observed = metrics.add_observed_metrics();
  observed->set_name("songs");
  observed->add_keys("num_rows");
  observed->add_values()->set_long_(5);
  spark_.scripts = {{{progress, Batch("r2", {1}), metrics, Complete("r4")}}};
  Listener listener;
  ASSERT_TRUE(Collect(&listener).ok());
  EXPECT_THAT(listener.heard, ElementsAre("stage 7: 3/8, 2 running", "songs.num_rows=5",
                                          "Project: number of output rows=5"));
}

}  // namespace
}  // namespace tarn::connect
