#include "spark/launch/master_check.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <future>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "system/file_descriptor.h"

namespace tarn::spark {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view kScheme = "spark://";
constexpr std::chrono::seconds kPatience{10};
constexpr milliseconds kBetweenLooks{50};

struct HostPort {
  std::string host;  ///< without the brackets of an IPv6 address
  std::string port;
};

Result<std::vector<HostPort>> MastersOf(const std::string& master) {
  std::vector<HostPort> masters;
  std::string_view rest = std::string_view(master).substr(kScheme.size());
  while (true) {
    const std::string_view one = rest.substr(0, rest.find(','));
    const size_t colon = one.rfind(':');
    std::string_view host = one.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (colon == std::string_view::npos || host.empty() || colon + 1 == one.size()) {
      return MakeError(ErrorKind::kUsage,
                       "A master is spark://HOST:PORT, with the port of `Spark Master at` on its "
                       "page (7077 as a rule): " +
                           master);
    }
    masters.push_back({std::string(host), std::string(one.substr(colon + 1))});
    if (one.size() == rest.size()) return masters;
    rest.remove_prefix(one.size() + 1);
  }
}

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

struct Resolved {
  int error = 0;  ///< of getaddrinfo
  Addresses addresses{nullptr, freeaddrinfo};
};

// A name server may not answer for long: the thread that asks is left to itself then.
std::future<Resolved> Resolve(const HostPort& master) {
  auto promise = std::make_shared<std::promise<Resolved>>();
  std::future<Resolved> resolved = promise->get_future();
  std::thread([promise, master] {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    Resolved result;
    result.error = getaddrinfo(master.host.c_str(), master.port.c_str(), &wanted, &found);
    if (result.error == 0) result.addresses.reset(found);
    promise->set_value(std::move(result));
  }).detach();
  return resolved;
}

// Connections to all addresses of all masters, under way at once.
class Attempts {
 public:
  explicit Attempts(std::vector<HostPort> masters) {
    for (HostPort& master : masters) {
      std::future<Resolved> resolving = Resolve(master);
      masters_.push_back({std::move(master), std::move(resolving)});
    }
  }

  /// \return whether one is connected
  bool Look() {
    for (Master& master : masters_) {
      if (master.resolving.valid() &&
          master.resolving.wait_for(milliseconds(0)) == std::future_status::ready) {
        Connect(master.resolving.get(), &master);
      }
      for (FileDescriptor& socket : master.sockets) {
        if (socket.is_open() && IsConnected(&socket, &master)) return true;
      }
    }
    return false;
  }

  bool are_over() const {
    return std::none_of(masters_.begin(), masters_.end(), [](const Master& master) {
      return master.resolving.valid() ||
             std::any_of(master.sockets.begin(), master.sockets.end(),
                         [](const FileDescriptor& socket) { return socket.is_open(); });
    });
  }

  /// \brief Of each master, what the network said last.
  std::string Reasons() const {
    std::string text;
    for (const Master& master : masters_) {
      if (!text.empty()) text += ", ";
      if (masters_.size() > 1) text += master.address.host + ": ";
      text += master.resolving.valid() ? "no answer from the name server"
              : master.reason.empty()  ? "no answer"
                                       : master.reason;
    }
    return text;
  }

 private:
  struct Master {
    HostPort address;
    std::future<Resolved> resolving;  // without state once it is resolved
    std::vector<FileDescriptor> sockets{};
    std::string reason{};
  };

  static void Connect(Resolved resolved, Master* master) {
    if (resolved.error != 0) master->reason = gai_strerror(resolved.error);
    for (const addrinfo* address = resolved.addresses.get(); address != nullptr;
         address = address->ai_next) {
      FileDescriptor socket(
          ::socket(address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      const bool is_begun = socket.is_open() && (::connect(socket.number(), address->ai_addr,
                                                           address->ai_addrlen) == 0 ||
                                                 errno == EINPROGRESS);
      if (is_begun) {
        master->sockets.push_back(std::move(socket));
      } else {
        master->reason = std::strerror(errno);
      }
    }
  }

  static bool IsConnected(FileDescriptor* socket, Master* master) {
    pollfd poll{.fd = socket->number(), .events = POLLOUT, .revents = 0};
    if (::poll(&poll, 1, 0) <= 0) return false;
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket->number(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error == 0) return true;
    master->reason = std::strerror(error);
    socket->Close();
    return false;
  }

  std::vector<Master> masters_;
};

}  // namespace

Status CheckMaster(const std::string& master, const arrow::StopToken& stop) {
  if (!master.starts_with(kScheme)) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(std::vector<HostPort> masters, MastersOf(master));
  Attempts attempts(std::move(masters));
  const auto end = steady_clock::now() + kPatience;
  while (!attempts.Look()) {
    if (stop.IsStopRequested()) {
      return MakeError(ErrorKind::kCancelled, "Starting Spark was interrupted");
    }
    if (attempts.are_over() || steady_clock::now() >= end) {
      return MakeError(
          ErrorKind::kFailed,
          fmt::format("No Spark master answers at {} ({}); check the address, and that "
                      "the master runs and can be reached from this machine",
                      master, attempts.Reasons()));
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return Status::OK();
}

}  // namespace tarn::spark
