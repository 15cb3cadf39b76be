#include "spark/connect/connection.h"

#include <cstdlib>

#include "spark/connect/channel.h"
#include "spark/connect/uuid.h"

namespace tarn::connect {
namespace {

constexpr std::chrono::seconds kErrorDetailsDurationMax{10};
constexpr std::chrono::milliseconds kReconnectDurationMax{250};

SessionOptions WithDefaults(SessionOptions options) {
  Endpoint& endpoint = options.endpoint;
  if (endpoint.user_agent.empty()) endpoint.user_agent = options.user_agent;
  if (endpoint.user_id.empty()) {
    const char* user = std::getenv("USER");
    endpoint.user_id = user == nullptr || *user == '\0' ? "tarn" : user;
  }
  if (endpoint.session_id.empty()) endpoint.session_id = NewUuid();
  return options;
}

}  // namespace

Connection::Connection(SessionOptions options)
    : options_(std::move(options)), session_id_(options_.endpoint.session_id) {}

Result<std::shared_ptr<Connection>> Connection::Make(SessionOptions options) {
  std::shared_ptr<Connection> connection(new Connection(WithDefaults(std::move(options))));
  const SessionOptions& settings = connection->options();
  ARROW_ASSIGN_OR_RAISE(connection->channel_, MakeChannel(settings.endpoint, settings.ca_file));
  connection->stub_ = proto::SparkConnectService::NewStub(connection->channel_);
  return connection;
}

std::unique_ptr<grpc::ClientContext> Connection::NewContext() const {
  auto context = std::make_unique<grpc::ClientContext>();
  const Endpoint& endpoint = options_.endpoint;
  if (!endpoint.token.empty()) context->AddMetadata("authorization", "Bearer " + endpoint.token);
  for (const auto& [name, value] : endpoint.headers) context->AddMetadata(name, value);
  return context;
}

std::string Connection::server_session_id() const {
  const std::lock_guard lock(mutex_);
  return server_session_id_;
}

Status Connection::CheckServerSession(const std::string& session_id) {
  const std::lock_guard lock(mutex_);
  if (server_session_id_.empty()) server_session_id_ = session_id;
  if (session_id.empty() || session_id == server_session_id_) return Status::OK();
  return MakeSparkError({.kind = SparkErrorKind::kServerLost,
                         .message = "The Spark server was restarted, and the session's views and "
                                    "settings are lost; run again"});
}

Status Connection::ToStatus(const grpc::Status& status) {
  if (options_.stop.IsStopRequested()) {
    return MakeSparkError(
        {.kind = SparkErrorKind::kCancelled, .message = "Stopped before Spark was done"});
  }
  proto::FetchErrorDetailsResponse details;
  bool has_details = false;
  const CallErrorInfo info = InfoOf(status);
  if (!info.error_id.empty()) {
    auto request = NewRequest<proto::FetchErrorDetailsRequest>();
    request.set_error_id(info.error_id);
    has_details = CallOnce(&Stub::AsyncFetchErrorDetails, request, &details,
                           {kErrorDetailsDurationMax, options_.stop})
                      .ok();
  }
  return MakeSparkError(
      ErrorOf(status, has_details ? &details : nullptr, options_.endpoint, was_open_));
}

Status Connection::PauseAfter(const grpc::Status& status, Backoff* backoff) {
  if (options_.stop.IsStopRequested() || !IsPassing(status)) return ToStatus(status);
  const auto pause_ms = backoff->Next(InfoOf(status).server_pause_ms);
  if (!pause_ms) return ToStatus(status);
  if (!options_.sleeper->Sleep(*pause_ms, options_.stop).ok()) return ToStatus(status);
  // gRPC does not reconnect while no call waits for it.
  channel_->WaitForConnected(std::chrono::system_clock::now() + kReconnectDurationMax);
  return Status::OK();
}

}  // namespace tarn::connect
