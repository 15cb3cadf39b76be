#pragma once

#include <spark/connect/base.grpc.pb.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "spark/connect/call_error.h"
#include "spark/connect/event_queue.h"
#include "spark/connect/spark_session.h"

namespace tarn::connect {

namespace proto = ::spark::connect;

/// \brief The calls of one session over one channel: who asks, retries, errors.
/// Threads: any number at once.
class Connection {
 public:
  using Stub = proto::SparkConnectService::Stub;
  /// \brief How gRPC names the calls with one answer: &Stub::AsyncAnalyzePlan.
  template <typename Request, typename Response>
  using Method = std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> (Stub::*)(
      grpc::ClientContext*, const Request&, grpc::CompletionQueue*);

  /// \brief For calls that may take long, such as looking at many files: keepalive finds a dead
  /// server.
  static constexpr std::chrono::hours kUnlimited{24 * 365};

  /// \brief How long a call that is not tried again may take, and what ends it.
  struct Limits {
    std::chrono::milliseconds duration_max;  ///< then it fails with DEADLINE_EXCEEDED
    arrow::StopToken stop;
  };

  /// \brief A connection that no call has used yet: whether the server is there is not known.
  /// \return kUsage when SessionOptions::ca_file cannot be read
  static Result<std::shared_ptr<Connection>> Make(SessionOptions options);

  const SessionOptions& options() const { return options_; }
  const std::string& session_id() const { return session_id_; }
  Stub* stub() { return stub_.get(); }

  /// \brief A context for one call, with the endpoint's headers and token.
  std::unique_ptr<grpc::ClientContext> NewContext() const;

  /// \brief A request that says who asks.
  template <typename Request>
  Request NewRequest() const;

  /// \brief Make a call until it goes well or the policy is at its end.
  template <typename Request, typename Response>
  Result<Response> Call(Method<Request, Response> method, const Request& request) {
    return Call(method, request, options_.retry, kUnlimited);
  }
  template <typename Request, typename Response>
  Result<Response> Call(Method<Request, Response> method, const Request& request,
                        const RetryPolicy& retry, std::chrono::milliseconds duration_max);

  /// \brief Make a call once.
  template <typename Request, typename Response>
  grpc::Status CallOnce(Method<Request, Response> method, const Request& request,
                        Response* response, const Limits& limits);

  /// \brief Note the server's session, and that it is still the one that this session began with.
  template <typename Response>
  Status Check(const Response& response);

  /// \brief Cancelled when a stop is requested; else all that the server reports about the failure.
  Status ToStatus(const grpc::Status& status);

  /// \brief Wait before another attempt at what failed with `status`.
  /// \return `status`, translated by ToStatus, when it does not pass or there is to be no other
  /// attempt
  Status PauseAfter(const grpc::Status& status, Backoff* backoff);

 private:
  explicit Connection(SessionOptions options);

  Status CheckServerSession(const std::string& session_id);
  std::string server_session_id() const;

  const SessionOptions options_;
  const std::string session_id_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<Stub> stub_;
  std::atomic<bool> was_open_ = false;
  mutable std::mutex mutex_;
  std::string server_session_id_;  // guarded by mutex_
};

template <typename Request>
Request Connection::NewRequest() const {
  Request request;
  request.set_session_id(session_id_);
  request.mutable_user_context()->set_user_id(options_.endpoint.user_id);
  request.set_client_type(options_.endpoint.user_agent);
  if constexpr (requires { request.set_client_observed_server_side_session_id(""); }) {
    const std::string seen = server_session_id();
    if (!seen.empty()) request.set_client_observed_server_side_session_id(seen);
  }
  return request;
}

template <typename Request, typename Response>
Result<Response> Connection::Call(Method<Request, Response> method, const Request& request,
                                  const RetryPolicy& retry,
                                  std::chrono::milliseconds duration_max) {
  Backoff backoff(retry);
  while (true) {
    Response response;
    const grpc::Status status = CallOnce(method, request, &response, {duration_max, options_.stop});
    if (status.ok()) {
      ARROW_RETURN_NOT_OK(Check(response));
      return response;
    }
    ARROW_RETURN_NOT_OK(PauseAfter(status, &backoff));
  }
}

template <typename Request, typename Response>
grpc::Status Connection::CallOnce(Method<Request, Response> method, const Request& request,
                                  Response* response, const Limits& limits) {
  const auto context = NewContext();
  context->set_deadline(std::chrono::system_clock::now() + limits.duration_max);
  EventQueue queue;
  const auto reader = (stub_.get()->*method)(context.get(), request, queue.queue());
  grpc::Status status;
  Event finished;
  reader->Finish(response, &status, &finished);
  queue.Wait(&finished, context.get(), limits.stop);
  return status;
}

template <typename Response>
Status Connection::Check(const Response& response) {
  was_open_ = true;
  return CheckServerSession(response.server_side_session_id());
}

}  // namespace tarn::connect
