#include "sync/copy.h"

#include <algorithm>
#include <semaphore>

#include "base/out_of_memory.h"
#include "base/parallel_for.h"

namespace tarn::sync {
namespace {

using storage::ObjectInfo;

constexpr int kFilesAtOnce = 32;
constexpr int64_t kBlockBytes = 8 << 20;
// A large file takes some blocks of memory.
constexpr ptrdiff_t kLargeFilesAtOnce = 4;

class Copier {
 public:
  Copier(storage::Storages* storages, const std::vector<FileCopy>& copies,
         const arrow::StopToken& stop, CopyProgress* progress)
      : storages_(storages), copies_(copies), stop_(stop), progress_(progress) {}

  Status Run() {
    const auto num_copies = static_cast<int64_t>(copies_.size());
    return ParallelFor(num_copies, kFilesAtOnce, [this](int64_t item, int) {
      const FileCopy& copy = copies_[static_cast<size_t>(item)];
      const bool is_large = copy.from.size_bytes > kBlockBytes;
      if (is_large) large_files_.acquire();
      const Status status = CatchOutOfMemory([&] { return Copy(copy); });
      if (is_large) large_files_.release();
      if (status.ok()) ++progress_->num_files;
      return status;
    });
  }

 private:
  Status Copy(const FileCopy& copy) {
    const ObjectInfo& from = copy.from;
    ARROW_ASSIGN_OR_RAISE(auto source, storages_->For(from.path));
    ARROW_ASSIGN_OR_RAISE(auto destination, storages_->For(copy.to));
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

  storage::Storages* const storages_;
  const std::vector<FileCopy>& copies_;
  const arrow::StopToken stop_;
  CopyProgress* const progress_;
  std::counting_semaphore<> large_files_{kLargeFilesAtOnce};
};

}  // namespace

Status CopyFiles(storage::Storages* storages, const std::vector<FileCopy>& copies,
                 const arrow::StopToken& stop, CopyProgress* progress) {
  return Copier(storages, copies, stop, progress).Run();
}

}  // namespace tarn::sync
