#include "spark/connect/execution.h"

#include <fmt/format.h>

#include "spark/connect/execution_events.h"
#include "spark/connect/uuid.h"

namespace tarn::connect {
namespace {

// Together the three seconds that Session promises for a stop.
constexpr std::chrono::milliseconds kInterruptOneDurationMax{2'000};
constexpr std::chrono::milliseconds kReleaseDurationMax{1'000};

}  // namespace

// One stream of answers, from ExecutePlan or ReattachExecute.
class Execution::Stream {
 public:
  using Reader = std::unique_ptr<grpc::ClientAsyncReader<proto::ExecutePlanResponse>>;

  // \param[in] begin makes the call, given context, queue and tag
  template <typename Begin>
  Stream(Connection* connection, EventQueue* queue, Begin&& begin)
      : queue_(queue), stop_(connection->options().stop), context_(connection->NewContext()) {
    reader_ = begin(context_.get(), queue_->queue(), &event_);
    Wait();
  }

  ~Stream() {
    if (is_finished_) return;
    context_->TryCancel();
    Finish();
  }

  bool Read(proto::ExecutePlanResponse* response) {
    event_.Begin();
    reader_->Read(response, &event_);
    return Wait();
  }

  grpc::Status Finish() {
    grpc::Status status;
    event_.Begin();
    reader_->Finish(&status, &event_);
    Wait();
    is_finished_ = true;
    return status;
  }

 private:
  bool Wait() { return queue_->Wait(&event_, context_.get(), stop_); }

  EventQueue* const queue_;
  const arrow::StopToken stop_;
  const std::unique_ptr<grpc::ClientContext> context_;
  Reader reader_;
  Event event_;
  bool is_finished_ = false;
};

// Tells the server what it may release, while answers are read. What is not sent because the call
// before is still under way is sent with the next.
class Execution::Releases {
 public:
  Releases(Connection* connection, EventQueue* queue) : connection_(connection), queue_(queue) {
    event_.is_done = true;
  }

  ~Releases() {
    if (event_.is_done) return;
    context_->TryCancel();
    queue_->Wait(&event_, context_.get(), arrow::StopToken::Unstoppable());
  }

  void Begin(const proto::ReleaseExecuteRequest& request) {
    if (!event_.is_done) return;
    event_.Begin();
    context_ = connection_->NewContext();
    reader_ = connection_->stub()->AsyncReleaseExecute(context_.get(), request, queue_->queue());
    reader_->Finish(&response_, &status_, &event_);
  }

 private:
  Connection* const connection_;
  EventQueue* const queue_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<proto::ReleaseExecuteResponse>> reader_;
  proto::ReleaseExecuteResponse response_;
  grpc::Status status_;
  Event event_;
};

Execution::Execution(std::shared_ptr<Connection> connection, proto::Plan plan,
                     ExecutionObserver* observer)
    : connection_(std::move(connection)),
      request_(connection_->NewRequest<proto::ExecutePlanRequest>()),
      observer_(observer),
      releases_(std::make_unique<Releases>(connection_.get(), &queue_)),
      backoff_(connection_->options().retry) {
  *request_.mutable_plan() = std::move(plan);
  request_.set_operation_id(NewUuid());
  request_.add_request_options()->mutable_reattach_options()->set_reattachable(true);
}

Execution::~Execution() { Close(); }

Result<std::optional<proto::ExecutePlanResponse>> Execution::Next() {
  while (!is_done_) {
    if (connection_->options().stop.IsStopRequested()) return Stop();
    if (stream_ == nullptr) OpenStream();
    proto::ExecutePlanResponse response;
    if (!stream_->Read(&response)) {
      const grpc::Status status = stream_->Finish();
      stream_.reset();
      ARROW_RETURN_NOT_OK(OnStreamEnd(status));
      continue;
    }
    ARROW_RETURN_NOT_OK(Accept(response));
    if (response.has_arrow_batch() || response.has_sql_command_result()) return response;
  }
  return std::nullopt;
}

void Execution::OpenStream() {
  auto* stub = connection_->stub();
  stream_was_empty_ = true;
  if (!was_sent_) {
    was_sent_ = true;
    stream_ = std::make_unique<Stream>(
        connection_.get(), &queue_, [&](auto* context, auto* queue, Event* event) {
          return stub->AsyncExecutePlan(context, request_, queue, event);
        });
    return;
  }
  auto request = connection_->NewRequest<proto::ReattachExecuteRequest>();
  request.set_operation_id(request_.operation_id());
  if (!last_response_id_.empty()) request.set_last_response_id(last_response_id_);
  stream_ = std::make_unique<Stream>(
      connection_.get(), &queue_, [&](auto* context, auto* queue, Event* event) {
        return stub->AsyncReattachExecute(context, request, queue, event);
      });
}

Status Execution::Accept(const proto::ExecutePlanResponse& response) {
  stream_was_empty_ = false;
  backoff_.Reset();
  last_response_id_ = response.response_id();
  ARROW_RETURN_NOT_OK(connection_->Check(response));
  if (response.has_result_complete()) {
    ReleaseAll();
  } else {
    auto release = NewReleaseRequest();
    release.mutable_release_until()->set_response_id(last_response_id_);
    releases_->Begin(release);
  }
  return observer_ == nullptr ? Status::OK() : TellObserver(response, observer_);
}

// A stream that ends well without ResultComplete has reached the server's limit of time or size.
Status Execution::OnStreamEnd(const grpc::Status& status) {
  const SessionOptions& options = connection_->options();
  if (options.stop.IsStopRequested()) return Stop();
  if (status.ok()) {
    if (!stream_was_empty_) return Status::OK();
    return options.sleeper->Sleep(options.retry.initial_pause_ms, options.stop).ok() ? Status::OK()
                                                                                     : Stop();
  }
  grpc::Status reason = status;
  if (IsLostOperation(status) && last_response_id_.empty()) {
    was_sent_ = false;
    reason = grpc::Status(grpc::StatusCode::UNAVAILABLE, status.error_message());
  }
  const Status failure = connection_->PauseAfter(reason, &backoff_);
  if (failure.ok()) return failure;
  if (options.stop.IsStopRequested()) return Stop();
  Close();
  return failure;
}

Status Execution::Stop() {
  stream_.reset();
  auto request = connection_->NewRequest<proto::InterruptRequest>();
  request.set_interrupt_type(proto::InterruptRequest::INTERRUPT_TYPE_OPERATION_ID);
  request.set_operation_id(request_.operation_id());
  proto::InterruptResponse response;
  const grpc::Status status =
      connection_->CallOnce(&Connection::Stub::AsyncInterrupt, request, &response,
                            {kInterruptOneDurationMax, arrow::StopToken::Unstoppable()});
  if (status.ok()) ReleaseAll();
  is_done_ = true;
  return connection_->ToStatus(status);
}

void Execution::Close() {
  stream_.reset();
  if (!is_done_ && was_sent_) ReleaseAll();
  is_done_ = true;
}

// Best effort: the server gives up executions without a client.
void Execution::ReleaseAll() {
  releases_.reset();
  is_done_ = true;
  auto request = NewReleaseRequest();
  request.mutable_release_all();
  proto::ReleaseExecuteResponse response;
  connection_->CallOnce(&Connection::Stub::AsyncReleaseExecute, request, &response,
                        {kReleaseDurationMax, arrow::StopToken::Unstoppable()});
}

proto::ReleaseExecuteRequest Execution::NewReleaseRequest() const {
  auto request = connection_->NewRequest<proto::ReleaseExecuteRequest>();
  request.set_operation_id(request_.operation_id());
  return request;
}

}  // namespace tarn::connect
