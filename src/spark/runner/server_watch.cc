#include "spark/runner/server_watch.h"

#include <chrono>

namespace tarn::spark {

ServerWatch::~ServerWatch() { Finish(); }

void ServerWatch::Start(const ConnectServer* server) {
  thread_ = std::thread([this, server] { Watch(server); });
}

void ServerWatch::Finish() {
  is_over_ = true;
  if (thread_.joinable()) thread_.join();
}

void ServerWatch::Watch(const ConnectServer* server) {
  constexpr std::chrono::milliseconds kInterval(50);
  while (!is_over_) {
    if (stop_.IsStopRequested() || (server != nullptr && !server->CheckRunning().ok())) {
      end_.RequestStop();
      return;
    }
    std::this_thread::sleep_for(kInterval);
  }
}

}  // namespace tarn::spark
