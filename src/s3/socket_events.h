#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>

#include "base/error.h"
#include "system/file_descriptor.h"

namespace tarn::s3 {

/// \brief Waits for any of many sockets, at a cost that grows only with those that have events.
///
/// Threads: one, but for Wake.
class SocketEvents {
 public:
  struct Event {
    int socket = -1;
    bool readable = false;  ///< a read would not wait
    bool writable = false;  ///< a write would not wait
    bool failed = false;    ///< hung up, or has an error to be asked for
  };

  /// \return IOError when the system has no descriptors left
  static Result<std::unique_ptr<SocketEvents>> Make();

  /// \brief Report events of `socket` from now on; with neither, forget it. It may have been closed
  /// since, and its number given to another one.
  Status Watch(int socket, bool readable, bool writable);

  /// \brief Wait for events, Wake, or the end of `timeout`, and pass each event to `visit`, which
  /// may call Watch.
  template <class Visit>
  void Wait(std::chrono::milliseconds timeout, Visit&& visit) {
    std::array<Event, kEventsMax> events;
    const size_t count = WaitForSome(timeout, events.data());
    for (size_t i = 0; i < count; ++i) visit(events[i]);
  }

  /// \brief End the present Wait, or else the next one at once. Threads: any.
  void Wake();

 private:
  static constexpr size_t kEventsMax = 64;

  SocketEvents(FileDescriptor epoll, FileDescriptor wakeups)
      : epoll_(std::move(epoll)), wakeups_(std::move(wakeups)) {}
  size_t WaitForSome(std::chrono::milliseconds timeout, Event* events);

  FileDescriptor epoll_;
  FileDescriptor wakeups_;
};

}  // namespace tarn::s3
