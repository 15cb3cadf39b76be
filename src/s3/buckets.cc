#include "s3/buckets.h"

#include <utility>

namespace tarn::s3 {
namespace {

// Run a callback of Arrow's futures: what its tracing makes at the first one lives until exit, and
// so longer than buckets in a static variable, as tests have them.
void StartFutures() {
  [[maybe_unused]] static const bool kStarted = [] {
    auto future = arrow::Future<>::Make();
    future.AddCallback([](const Status&) {});
    future.MarkFinished();
    return true;
  }();
}

}  // namespace

Buckets::Buckets(SettingsOfBucket settings_of) : settings_of_(std::move(settings_of)) {
  StartFutures();
}

Buckets::Buckets() : Buckets([](const std::string&) { return Complete({}); }) {}

Buckets::~Buckets() {
  // Others may keep a client, and let go of it on its own thread.
  for (const auto& [bucket, client] : clients_) {
    if (client != nullptr) client->End();
  }
}

BucketSettings Buckets::SettingsOf(const std::string& bucket) { return settings_of_(bucket); }

Result<std::shared_ptr<Client>> Buckets::Open(const std::string& bucket) {
  std::lock_guard lock(mutex_);
  std::shared_ptr<Client>& client = clients_[bucket];
  if (client == nullptr) {
    ARROW_ASSIGN_OR_RAISE(client, Client::Make(bucket, settings_of_(bucket)));
  }
  return client;
}

}  // namespace tarn::s3
