#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/error.h"
#include "local/batch/batch.h"
#include "system/file_descriptor.h"

namespace tarn::local {

class SpillStore;

/// \brief A batch on disk. Its space is given back when it goes. Threads: as const objects.
class SpilledBatch {
 public:
  SpilledBatch() = default;
  SpilledBatch(SpilledBatch&& other) noexcept { *this = std::move(other); }
  SpilledBatch& operator=(SpilledBatch&& other) noexcept;
  ~SpilledBatch() { Free(); }

  /// \param[in] schema of the batch that was written; names may differ
  Result<BatchPtr> Read(const SchemaPtr& schema) const;

 private:
  friend class SpillStore;
  void Free();

  SpillStore* store_ = nullptr;  // null: nothing is there
  int64_t offset_ = 0;           // in the store's file
  int64_t length_ = 0;           // there
};

/// \brief What a run writes to disk because memory ends: one file without a name, which is gone
/// when the process is, however it ends.
///
/// It must outlive its batches. Threads: any.
class SpillStore {
 public:
  /// \param[in] folder of the file, which is made by the first Write
  explicit SpillStore(std::string folder) : folder_(std::move(folder)) {}

  /// \brief Write a batch, in Arrow's IPC format with LZ4; dictionaries are not written: it is flat
  /// when it is read.
  /// \return kFailed for a folder that cannot be written to or a disk that is full
  Result<SpilledBatch> Write(const arrow::RecordBatch& batch);

  /// \brief Written so far, on disk.
  int64_t bytes_written() const { return bytes_written_; }

 private:
  friend class SpilledBatch;

  Result<int> Open();
  Status CheckSpace(int64_t end);
  Status SpillError(int error_number) const;

  const std::string folder_;
  std::mutex mutex_;  // of opening
  FileDescriptor file_;
  std::atomic<int> number_ = -1;         // of file_, once it is open
  std::atomic<int64_t> end_ = 0;         // where the next batch goes
  std::atomic<int64_t> next_check_ = 0;  // of the space, when the file ends there
  std::atomic<int64_t> bytes_written_ = 0;
};

}  // namespace tarn::local
