#pragma once

#include <arrow/util/cancel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>

namespace tarn::connect {

/// \brief One thing that gRPC is asked to do. Its address is the tag: it stays where it is until
/// done.
struct Event {
  bool is_done = false;  ///< gRPC is done with it; `ok` is set
  bool ok = false;       ///< gRPC's word for it, such as false for "no more messages"

  void Begin() { is_done = ok = false; }
};

/// \brief Waits for events, and ends the wait when a stop is requested.
///
/// The calling thread itself does gRPC's input and output meanwhile. Threads: one.
class EventQueue {
 public:
  EventQueue() = default;
  /// Every event must be done, or come without network: calls are cancelled before.
  ~EventQueue();

  grpc::CompletionQueue* queue() { return &queue_; }

  /// \brief Return when `event` is done. When a stop is requested `context` is cancelled, which
  /// makes the event come at once.
  /// \return whether it went well
  bool Wait(Event* event, grpc::ClientContext* context, const arrow::StopToken& stop);

 private:
  grpc::CompletionQueue queue_;
};

}  // namespace tarn::connect
