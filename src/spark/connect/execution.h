#pragma once

#include <memory>
#include <optional>
#include <string>

#include "spark/connect/connection.h"

namespace tarn::connect {

/// \brief One plan that the server carries out, and its answers in order, each once.
///
/// The work goes on at the server when the stream of answers is cut or ends early; another stream
/// then begins behind the last answer seen. When the server knows nothing of the work and nothing
/// was seen of it, the plan is sent again.
/// Errors and stopping: as Session. Threads: one.
class Execution {
 public:
  /// \param[in] observer called for each answer that has events for it; null: none
  Execution(std::shared_ptr<Connection> connection, proto::Plan plan, ExecutionObserver* observer);

  /// Ends the work at the server if it is not done.
  ~Execution();

  /// \brief The next answer that is an Arrow batch or a statement's result; nullopt at the end.
  Result<std::optional<proto::ExecutePlanResponse>> Next();

  /// \brief End the work at the server. Next() gives nothing more.
  void Close();

 private:
  class Stream;
  class Releases;

  void OpenStream();
  Status OnStreamEnd(const grpc::Status& status);
  Status Accept(const proto::ExecutePlanResponse& response);
  Status Stop();
  void ReleaseAll();
  proto::ReleaseExecuteRequest NewReleaseRequest() const;

  const std::shared_ptr<Connection> connection_;
  proto::ExecutePlanRequest request_;
  ExecutionObserver* const observer_;
  EventQueue queue_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<Releases> releases_;
  Backoff backoff_;
  std::string last_response_id_;
  bool was_sent_ = false;  // the server may know the operation
  bool stream_was_empty_ = true;
  bool is_done_ = false;
};

}  // namespace tarn::connect
