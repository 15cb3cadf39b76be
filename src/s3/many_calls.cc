#include "s3/many_calls.h"

#include <algorithm>

namespace tarn::s3 {
namespace {

constexpr size_t kKeysPerDelete = 1000;
constexpr size_t kDeletesInFlight = 8;

}  // namespace

void CallWindow::WaitForOldest() {
  const Status status = in_flight_.front().status();
  if (status_.ok()) status_ = status;
  in_flight_.pop_front();
}

void CallWindow::Add(arrow::Future<> call) {
  in_flight_.push_back(std::move(call));
  while (in_flight_.size() > num_in_flight_max_) WaitForOldest();
}

Status CallWindow::Finish() {
  while (!in_flight_.empty()) WaitForOldest();
  return status_;
}

Status DeleteObjects(Client* client, const std::vector<std::string>& keys,
                     const std::function<void()>& before_batch) {
  CallWindow calls(kDeletesInFlight);
  for (size_t begin = 0; begin < keys.size() && calls.status().ok(); begin += kKeysPerDelete) {
    if (before_batch) before_batch();
    const size_t end = std::min(begin + kKeysPerDelete, keys.size());
    calls.Add(client->Delete({keys.begin() + begin, keys.begin() + end}));
  }
  return calls.Finish();
}

}  // namespace tarn::s3
