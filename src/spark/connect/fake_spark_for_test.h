#pragma once

#include <fmt/format.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <spark/connect/base.grpc.pb.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <thread>

#include "spark/connect/spark_session.h"

namespace tarn::connect {

/// \brief What one stream of answers does: it sends, then ends.
struct Script {
  std::vector<::spark::connect::ExecutePlanResponse> responses{};
  grpc::Status status = grpc::Status::OK;
  bool hangs = false;  ///< stays open until the client cuts it
};

/// \brief A Spark Connect server in this process, which answers as its test says and notes what it
/// is asked. Threads: the test sets it up before it calls; calls() at any time.
class FakeSpark : public ::spark::connect::SparkConnectService::Service {
 public:
  using Context = grpc::ServerContext;
  using Stream = grpc::ServerWriter<::spark::connect::ExecutePlanResponse>;

  /// \param[in] port of a server that died, to take its place; 0: any that is free
  explicit FakeSpark(
      std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials(),
      int port = 0) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(fmt::format("127.0.0.1:{}", port), std::move(credentials), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }

  ~FakeSpark() override { Die(); }

  /// \brief Close every connection, and answer no more.
  void Die() {
    if (server_ == nullptr) return;
    is_dying_ = true;
    server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
  }

  int port() const { return port_; }

  /// \brief Options of a session with this server.
  SessionOptions options(std::string_view parameters = "") const {
    SessionOptions options;
    options.endpoint =
        ParseEndpoint(fmt::format("sc://127.0.0.1:{}/{}", port_, parameters)).ValueOrDie();
    return options;
  }

  std::vector<std::string> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

  std::deque<Script> scripts;         ///< of the streams, in their order
  std::deque<grpc::Status> failures;  ///< of the other calls but releases, before they go well
  std::string expected_token;         ///< "": none is asked for
  ::spark::connect::FetchErrorDetailsResponse details;
  std::string server_session_id = "server-1";
  bool interrupt_hangs = false;

  grpc::Status ExecutePlan(Context* context, const ::spark::connect::ExecutePlanRequest* request,
                           Stream* stream) override {
    {
      const std::lock_guard lock(mutex_);
      operation_ids.push_back(request->operation_id());
      plans.push_back(request->plan());
    }
    Note("ExecutePlan");
    return Play(context, stream);
  }

  grpc::Status ReattachExecute(Context* context,
                               const ::spark::connect::ReattachExecuteRequest* request,
                               Stream* stream) override {
    Note("Reattach after " +
         (request->has_last_response_id() ? request->last_response_id() : "nothing"));
    return Play(context, stream);
  }

  grpc::Status ReleaseExecute(Context*, const ::spark::connect::ReleaseExecuteRequest* request,
                              ::spark::connect::ReleaseExecuteResponse*) override {
    if (request->has_release_all()) Note("ReleaseAll");
    return grpc::Status::OK;
  }

  grpc::Status Interrupt(Context* context, const ::spark::connect::InterruptRequest* request,
                         ::spark::connect::InterruptResponse*) override {
    Note(request->has_operation_id() ? "Interrupt operation" : "Interrupt all");
    HangIf(interrupt_hangs, context);
    return grpc::Status::OK;
  }

  grpc::Status AnalyzePlan(Context* context, const ::spark::connect::AnalyzePlanRequest* request,
                           ::spark::connect::AnalyzePlanResponse* response) override {
    Note("AnalyzePlan");
    response->set_server_side_session_id(server_session_id);
    response->mutable_spark_version()->set_version("4.3.0");
    return Next(context);
  }

  grpc::Status FetchErrorDetails(Context*,
                                 const ::spark::connect::FetchErrorDetailsRequest* request,
                                 ::spark::connect::FetchErrorDetailsResponse* response) override {
    Note("FetchErrorDetails " + request->error_id());
    *response = details;
    return grpc::Status::OK;
  }

  std::vector<std::string> operation_ids;     ///< of ExecutePlan
  std::vector<::spark::connect::Plan> plans;  ///< likewise

 private:
  void Note(std::string call) {
    const std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
  }

  grpc::Status Next(Context* context) {
    const std::lock_guard lock(mutex_);
    const auto& metadata = context->client_metadata();
    const auto sent = metadata.find("authorization");
    if (!expected_token.empty() &&
        (sent == metadata.end() || sent->second != "Bearer " + expected_token)) {
      return {grpc::StatusCode::UNAUTHENTICATED, "Invalid authentication token"};
    }
    if (failures.empty()) return grpc::Status::OK;
    grpc::Status status = failures.front();
    failures.pop_front();
    return status;
  }

  void HangIf(bool hangs, Context* context) {
    while (hangs && !context->IsCancelled() && !is_dying_) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  grpc::Status Play(Context* context, Stream* stream) {
    Script script;
    {
      const std::lock_guard lock(mutex_);
      if (scripts.empty()) return {grpc::StatusCode::FAILED_PRECONDITION, "no script is left"};
      script = scripts.front();
      scripts.pop_front();
    }
    for (const auto& response : script.responses) stream->Write(response);
    HangIf(script.hangs, context);
    return script.status;
  }

  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  std::atomic<bool> is_dying_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> calls_;
};

/// \brief Does not wait, and notes what it was asked.
class FakeSleeper : public Sleeper {
 public:
  Status Sleep(int64_t duration_ms, const arrow::StopToken& stop) override {
    pauses_ms.push_back(duration_ms);
    return stop.Poll();
  }

  std::vector<int64_t> pauses_ms;
};

/// \brief A status with details, as Spark sends them.
inline grpc::Status DetailedStatus(grpc::StatusCode code, const std::string& message,
                                   const google::rpc::ErrorInfo* error,
                                   const google::rpc::RetryInfo* retry = nullptr) {
  google::rpc::Status status;
  status.set_code(code);
  status.set_message(message);
  const auto add = [&](const char* type, const auto* detail) {
    if (detail == nullptr) return;
    auto* any = status.add_details();
    any->set_type_url(type);
    any->set_value(detail->SerializeAsString());
  };
  add("type.googleapis.com/google.rpc.ErrorInfo", error);
  add("type.googleapis.com/google.rpc.RetryInfo", retry);
  return {code, message, status.SerializeAsString()};
}

}  // namespace tarn::connect
