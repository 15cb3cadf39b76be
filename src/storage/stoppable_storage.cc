#include "storage/stoppable_storage.h"

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>

#include "base/out_of_memory.h"

namespace tarn::storage {
namespace {

// How soon a stop is noticed.
constexpr std::chrono::milliseconds kLook(50);

// Futures that end when those that they stand for do, or at the stop.
class Pending {
 public:
  BufferFuture Add(const BufferFuture& read, const std::shared_ptr<Pending>& self) {
    if (read.is_finished()) return read;
    BufferFuture guarded = BufferFuture::Make();
    int64_t number = 0;
    {
      std::lock_guard lock(mutex_);
      if (is_stopped_) return Stopped();
      number = next_++;
      reads_.emplace(number, guarded);
    }
    read.AddCallback([self, number](const Result<std::shared_ptr<arrow::Buffer>>& result) {
      if (auto taken = self->Take(number)) taken->MarkFinished(result);
    });
    return guarded;
  }

  void Stop() {
    std::unordered_map<int64_t, BufferFuture> reads;
    {
      std::lock_guard lock(mutex_);
      is_stopped_ = true;
      reads.swap(reads_);
    }
    for (auto& [number, read] : reads) read.MarkFinished(Stopped());
  }

  static Status Stopped() { return Status::Cancelled("stopped while reading"); }

 private:
  std::optional<BufferFuture> Take(int64_t number) {
    std::lock_guard lock(mutex_);
    const auto found = reads_.find(number);
    if (found == reads_.end()) return std::nullopt;
    BufferFuture read = std::move(found->second);
    reads_.erase(found);
    return read;
  }

  std::mutex mutex_;
  int64_t next_ = 0;
  bool is_stopped_ = false;
  std::unordered_map<int64_t, BufferFuture> reads_;
};

class StoppableStorage : public Storage {
 public:
  StoppableStorage(std::shared_ptr<Storage> storage, arrow::StopToken stop)
      : storage_(std::move(storage)), stop_(std::move(stop)), watch_([this] { Watch(); }) {}

  ~StoppableStorage() override {
    {
      std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    changed_.notify_all();
    watch_.join();
  }

  Result<std::vector<ObjectInfo>> List(const std::string& glob, const Period& period,
                                       std::vector<std::string>* dangling_links) override {
    return storage_->List(glob, period, dangling_links);
  }
  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectInfo& object) override {
    return ReadAsync(object).result();
  }
  Result<std::shared_ptr<arrow::Buffer>> ReadRange(const ObjectInfo& object, int64_t offset,
                                                   int64_t length) override {
    return ReadRangeAsync(object, offset, length).result();
  }
  bool is_remote() const override { return storage_->is_remote(); }
  BufferFuture ReadAsync(const ObjectInfo& object) override {
    return pending_->Add(storage_->ReadAsync(object), pending_);
  }
  BufferFuture ReadRangeAsync(const ObjectInfo& object, int64_t offset, int64_t length) override {
    return pending_->Add(storage_->ReadRangeAsync(object, offset, length), pending_);
  }
  Result<std::shared_ptr<arrow::io::OutputStream>> Create(const std::string& path) override {
    return storage_->Create(path);
  }
  Status Delete(const std::vector<std::string>& paths) override { return storage_->Delete(paths); }

 private:
  void Watch() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kLook, [this] { return is_over_; })) {
      if (!stop_.IsStopRequested()) continue;
      pending_->Stop();
      return;
    }
  }

  const std::shared_ptr<Storage> storage_;
  const arrow::StopToken stop_;
  const std::shared_ptr<Pending> pending_ = std::make_shared<Pending>();
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_over_ = false;
  std::thread watch_;
};

}  // namespace

std::shared_ptr<Storage> StoppableReads(std::shared_ptr<Storage> storage, arrow::StopToken stop) {
  if (!storage->is_remote()) return storage;
  return std::make_shared<StoppableStorage>(std::move(storage), std::move(stop));
}

Result<Listing> ListUntil(const Storages& storages, const arrow::StopToken& stop,
                          const std::vector<std::string>& globs, const Period& period) {
  auto promise = std::make_shared<std::promise<Result<Listing>>>();
  std::future<Result<Listing>> listing = promise->get_future();
  // The storages may end before it.
  const auto owned = std::make_shared<Storages>(storages);
  std::thread([promise, owned, globs, period] {
    Result<Listing> found = Listing();
    const Status status = CatchOutOfMemory([&] {
      found = owned->List(globs, period);
      return Status::OK();
    });
    promise->set_value(status.ok() ? std::move(found) : Result<Listing>(status));
  }).detach();
  while (listing.wait_for(kLook) != std::future_status::ready) {
    ARROW_RETURN_NOT_OK(stop.Poll());
  }
  return listing.get();
}

}  // namespace tarn::storage
