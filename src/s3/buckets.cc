#include "s3/buckets.h"

#include <cstdlib>
#include <map>
#include <mutex>

namespace tarn::s3 {
namespace {

// One pool of connections for each bucket, however many parts of the program use it.
struct Process {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Client>> clients;
  std::function<Settings(const std::string& bucket)> settings_of = [](const std::string&) {
    return SettingsFromEnvironment();
  };
};

Process& TheProcess() {
  static Process process;
  return process;
}

// Run a callback of Arrow's futures: what its tracing makes at the first one lives until exit.
void StartFutures() {
  auto future = arrow::Future<>::Make();
  future.AddCallback([](const Status&) {});
  future.MarkFinished();
}

// For programs that do not call EndBuckets, such as tests.
void EndAtExit() {
  static const int kRegistered = [] {
    StartFutures();
    return std::atexit(EndBuckets);
  }();
  (void)kRegistered;
}

}  // namespace

void Configure(std::function<Settings(const std::string& bucket)> settings_of) {
  Process& process = TheProcess();
  std::lock_guard lock(process.mutex);
  process.settings_of = std::move(settings_of);
  process.clients.clear();
}

Settings SettingsOf(const std::string& bucket) {
  Process& process = TheProcess();
  std::lock_guard lock(process.mutex);
  return process.settings_of(bucket);
}

Result<std::shared_ptr<Client>> OpenBucket(const std::string& bucket) {
  Process& process = TheProcess();
  std::lock_guard lock(process.mutex);
  std::shared_ptr<Client>& client = process.clients[bucket];
  if (client == nullptr) {
    Result<std::shared_ptr<Client>> made = Client::Make(bucket, process.settings_of(bucket));
    EndAtExit();
    ARROW_ASSIGN_OR_RAISE(client, std::move(made));
  }
  return client;
}

void EndBuckets() {
  Process& process = TheProcess();
  std::map<std::string, std::shared_ptr<Client>> clients;
  {
    std::lock_guard lock(process.mutex);
    clients.swap(process.clients);
  }
  // Others may keep a client, and let go of it on its own thread.
  for (const auto& [bucket, client] : clients) {
    if (client != nullptr) client->End();
  }
  clients.clear();
}

}  // namespace tarn::s3
