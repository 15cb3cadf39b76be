#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "s3/client.h"

namespace tarn::s3 {

/// \brief Answers each connection's first request with the next of some texts, byte by byte as they
/// are, then closes it. The last text is for all requests after it.
class CannedServer {
 public:
  explicit CannedServer(std::vector<std::string> answers) : answers_(std::move(answers)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    ::listen(listener_, 16);
    socklen_t length = sizeof(address);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
  }

  ~CannedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  /// \brief A client of bucket `bucket`, which tries again where there is more than one answer.
  std::shared_ptr<Client> MakeClient() const {
    BucketSettings settings;
    settings.endpoint = "http://127.0.0.1:" + std::to_string(port_);
    settings.path_style = true;
    settings.anonymous = true;
    settings.retry_for = std::chrono::seconds(answers_.size() > 1 ? 4 : 0);
    return Client::Make("bucket", settings).ValueOrDie();
  }

  size_t num_requests() const { return num_requests_; }

 private:
  void Run() {
    while (true) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      if (ReadRequest(connection)) Answer(connection);
      ::close(connection);
    }
  }

  static bool ReadRequest(int connection) {
    std::string request;
    char buffer[4096];
    while (true) {
      const size_t end = request.find("\r\n\r\n");
      if (end != std::string::npos) {
        const size_t at = request.find("Content-Length: ");
        const size_t length = at < end ? std::stoul(request.substr(at + 16)) : 0;
        if (request.size() >= end + 4 + length) return true;
      }
      const ssize_t count = ::recv(connection, buffer, sizeof(buffer), 0);
      if (count <= 0) return false;
      request.append(buffer, count);
    }
  }

  void Answer(int connection) {
    std::string_view rest = answers_[std::min<size_t>(num_requests_++, answers_.size() - 1)];
    while (!rest.empty()) {
      const ssize_t count = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      rest.remove_prefix(count);
    }
  }

  const std::vector<std::string> answers_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<size_t> num_requests_ = 0;
  std::thread thread_;
};

/// \brief An answer with its right length. \param[in] headers each with its line's end
inline std::string Canned(std::string_view status, std::string_view body,
                          std::string_view headers = "") {
  return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace tarn::s3
