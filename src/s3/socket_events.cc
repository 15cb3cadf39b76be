#include "s3/socket_events.h"

#include <arrow/util/io_util.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <cerrno>

namespace tarn::s3 {

Result<std::unique_ptr<SocketEvents>> SocketEvents::Make() {
  FileDescriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  FileDescriptor wakeups(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!epoll.is_open() || !wakeups.is_open()) {
    return arrow::internal::IOErrorFromErrno(errno, "Cannot wait for sockets");
  }
  std::unique_ptr<SocketEvents> events(new SocketEvents(std::move(epoll), std::move(wakeups)));
  ARROW_RETURN_NOT_OK(events->Watch(events->wakeups_.number(), true, false));
  return events;
}

Status SocketEvents::Watch(int socket, bool readable, bool writable) {
  if (!readable && !writable) {
    ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, socket, nullptr);  // a closed one is gone already
    return Status::OK();
  }
  epoll_event event = {};
  event.data.fd = socket;
  if (readable) event.events |= EPOLLIN;
  if (writable) event.events |= EPOLLOUT;
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_MOD, socket, &event) == 0) return Status::OK();
  if (errno == ENOENT && ::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, socket, &event) == 0) {
    return Status::OK();
  }
  return arrow::internal::IOErrorFromErrno(errno, "Cannot wait for a socket");
}

void SocketEvents::Wake() {
  const uint64_t one = 1;
  (void)!::write(wakeups_.number(), &one, sizeof one);  // fails only when it is awake for sure
}

size_t SocketEvents::WaitForSome(std::chrono::milliseconds timeout, Event* events) {
  std::array<epoll_event, kEventsMax> found;
  const int num_found = ::epoll_wait(epoll_.number(), found.data(), static_cast<int>(found.size()),
                                     static_cast<int>(timeout.count()));
  size_t count = 0;
  for (int i = 0; i < num_found; ++i) {
    const epoll_event& event = found[i];
    if (event.data.fd == wakeups_.number()) {
      uint64_t num_wakeups;
      (void)!::read(wakeups_.number(), &num_wakeups, sizeof num_wakeups);
      continue;
    }
    events[count++] = {event.data.fd, (event.events & EPOLLIN) != 0, (event.events & EPOLLOUT) != 0,
                       (event.events & (EPOLLERR | EPOLLHUP)) != 0};
  }
  return count;
}

}  // namespace tarn::s3
