#include "cluster/local_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "system/file_descriptor.h"

namespace tarn::cluster {
namespace {

constexpr int kAnswerMs = 2000;

FileDescriptor NewSocket(int family) {
  return FileDescriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

template <typename Address>
FileDescriptor ConnectTo(int family, const Address& address) {
  FileDescriptor socket = NewSocket(family);
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket.number(), generic, sizeof(address)) != 0) socket.Close();
  return socket;
}

// Not open when nothing listens there.
FileDescriptor Connect(const LocalEnd& end) {
  if (end.socket_path.empty()) return ConnectTo(AF_INET, Loopback(end.port));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (end.socket_path.size() >= sizeof(address.sun_path)) return FileDescriptor();
  end.socket_path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  return ConnectTo(AF_UNIX, address);
}

}  // namespace

Result<int> FreePort(int wished) {
  if (wished != 0 && !IsListening({wished})) return wished;
  const FileDescriptor socket = NewSocket(AF_INET);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.number(), generic, size) != 0 ||
      ::getsockname(socket.number(), generic, &size) != 0) {
    return MakeError(ErrorKind::kFailed,
                     fmt::format("No port of this machine is free: {}", std::strerror(errno)));
  }
  return ntohs(address.sin_port);
}

bool IsListening(const LocalEnd& end) { return Connect(end).is_open(); }

bool IsListenerOf(unsigned user, int port, std::string_view tables) {
  constexpr std::string_view kListens = "0A";
  const std::string end = fmt::format(":{:04X}", port);
  std::istringstream lines{std::string(tables)};
  bool is_ours = false;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string number, local, remote, state, queues, timer, retransmits;
    unsigned owner = 0;
    words >> number >> local >> remote >> state >> queues >> timer >> retransmits >> owner;
    if (!words || state != kListens || !local.ends_with(end)) continue;
    if (owner != user) return false;
    is_ours = true;
  }
  return is_ours;
}

bool IsListenerOurs(int port) {
  std::string tables;
  for (const char* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(path);
    tables.append(std::istreambuf_iterator<char>(file), {});
  }
  return IsListenerOf(::geteuid(), port, tables);
}

bool AnswersHttp2(const LocalEnd& end) {
  // The client's preface with empty settings (RFC 9113, 3.4); the server's settings come back.
  constexpr char kPreface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
  constexpr size_t kFrameHeader = 9;
  constexpr unsigned char kSettings = 4;
  const FileDescriptor socket = Connect(end);
  if (!socket.is_open()) return false;
  if (::send(socket.number(), kPreface, sizeof(kPreface) - 1, MSG_NOSIGNAL) < 0) return false;
  unsigned char header[kFrameHeader];
  size_t num_read = 0;
  while (num_read < kFrameHeader) {
    pollfd ready = {.fd = socket.number(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, kAnswerMs) <= 0) return false;
    const ssize_t count = ::read(socket.number(), header + num_read, kFrameHeader - num_read);
    if (count <= 0) return false;
    num_read += static_cast<size_t>(count);
  }
  return header[3] == kSettings;
}

}  // namespace tarn::cluster
