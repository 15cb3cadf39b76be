#include "spark/connect/event_queue.h"

#include <chrono>

namespace tarn::connect {
namespace {

// How late a stop may be noticed.
constexpr std::chrono::milliseconds kWaitStep{20};

void Finish(void* tag, bool ok) {
  auto* event = static_cast<Event*>(tag);
  event->is_done = true;
  event->ok = ok;
}

}  // namespace

EventQueue::~EventQueue() {
  queue_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) Finish(tag, ok);
}

bool EventQueue::Wait(Event* event, grpc::ClientContext* context, const arrow::StopToken& stop) {
  bool is_cancelled = false;
  while (!event->is_done) {
    if (!is_cancelled && stop.IsStopRequested()) {
      context->TryCancel();
      is_cancelled = true;
    }
    void* tag = nullptr;
    bool ok = false;
    const auto deadline = std::chrono::system_clock::now() + kWaitStep;
    if (queue_.AsyncNext(&tag, &ok, deadline) == grpc::CompletionQueue::GOT_EVENT) Finish(tag, ok);
  }
  return event->ok;
}

}  // namespace tarn::connect
