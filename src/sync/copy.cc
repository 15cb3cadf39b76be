#include "sync/copy.h"

#include <algorithm>
#include <mutex>
#include <semaphore>
#include <thread>

namespace tarn::sync {
namespace {

using storage::ObjectInfo;

constexpr size_t kFilesAtOnce = 32;
constexpr int64_t kBlockBytes = 8 << 20;
// A large file takes some blocks of memory.
constexpr ptrdiff_t kLargeFilesAtOnce = 4;

class Copier {
 public:
  Copier(const std::vector<FileCopy>& copies, const arrow::StopToken& stop, CopyProgress* progress)
      : copies_(copies), stop_(stop), progress_(progress) {}

  Status Run() {
    std::vector<std::thread> workers;
    const size_t num_workers = std::min(kFilesAtOnce, copies_.size());
    for (size_t i = 0; i < num_workers; ++i) workers.emplace_back([this] { Work(); });
    for (std::thread& worker : workers) worker.join();
    return status_;
  }

 private:
  void Work() {
    for (;;) {
      const size_t i = next_++;
      if (i >= copies_.size() || has_failed_) return;
      const bool is_large = copies_[i].from.size_bytes > kBlockBytes;
      if (is_large) large_files_.acquire();
      Status status = Copy(copies_[i]);
      if (is_large) large_files_.release();
      if (status.ok()) {
        ++progress_->num_files;
        continue;
      }
      std::lock_guard lock(mutex_);
      if (status_.ok()) status_ = std::move(status);
      has_failed_ = true;
    }
  }

  Status Copy(const FileCopy& copy) {
    const ObjectInfo& from = copy.from;
    ARROW_ASSIGN_OR_RAISE(auto source, storage::Storage::For(from.path));
    ARROW_ASSIGN_OR_RAISE(auto destination, storage::Storage::For(copy.to));
    ARROW_ASSIGN_OR_RAISE(auto stream, destination->Create(copy.to));
    for (int64_t offset = 0; offset < from.size_bytes; offset += kBlockBytes) {
      ARROW_RETURN_NOT_OK(stop_.Poll());
      const int64_t length = std::min(kBlockBytes, from.size_bytes - offset);
      ARROW_ASSIGN_OR_RAISE(auto block, source->ReadRange(from, offset, length));
      if (block->size() != length) {
        return Status::IOError("The file became shorter while it was copied: ", from.path);
      }
      ARROW_RETURN_NOT_OK(stream->Write(block));
      progress_->num_bytes += length;
    }
    ARROW_RETURN_NOT_OK(stop_.Poll());
    return stream->Close();
  }

  const std::vector<FileCopy>& copies_;
  const arrow::StopToken stop_;
  CopyProgress* const progress_;
  std::counting_semaphore<> large_files_{kLargeFilesAtOnce};
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::mutex mutex_;
  Status status_;
};

}  // namespace

Status CopyFiles(const std::vector<FileCopy>& copies, const arrow::StopToken& stop,
                 CopyProgress* progress) {
  return Copier(copies, stop, progress).Run();
}

}  // namespace tarn::sync
