#include "local/batch/spill_store.h"

#include <arrow/io/memory.h>
#include <arrow/ipc/dictionary.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <arrow/util/compression.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>
#include <vector>

#include "base/units.h"
#include "local/batch/encoding.h"

namespace tarn::local {
namespace {

// What is left on the disk for others.
constexpr int64_t kFreeBytesMin = 64 << 20;
// Batches begin at blocks of the file system: only whole ones are given back.
constexpr int64_t kBlockBytes = 4096;
// The space is looked at each time that so much was written.
constexpr int64_t kCheckedBytes = 16 << 20;

int64_t InBlocks(int64_t num_bytes) {
  return (num_bytes + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
}

// A file without a name; where the file system has none, one whose name is removed at once.
FileDescriptor OpenNameless(const std::string& folder) {
  FileDescriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.is_open() || (errno != EOPNOTSUPP && errno != EISDIR)) return file;
  std::string path = folder + "/tarn-spill-XXXXXX";
  file = FileDescriptor(::mkostemp(path.data(), O_CLOEXEC));
  if (file.is_open()) ::unlink(path.c_str());
  return file;
}

}  // namespace

SpilledBatch& SpilledBatch::operator=(SpilledBatch&& other) noexcept {
  if (this == &other) return *this;
  Free();
  store_ = std::exchange(other.store_, nullptr);
  offset_ = other.offset_;
  length_ = other.length_;
  return *this;
}

// Where holes are not supported, the space stays taken until the run ends.
void SpilledBatch::Free() {
  if (store_ == nullptr) return;
  (void)::fallocate(store_->number_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset_,
                    InBlocks(length_));
  store_ = nullptr;
}

Result<BatchPtr> SpilledBatch::Read(const SchemaPtr& schema) const {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bytes, arrow::AllocateBuffer(length_));
  for (int64_t done = 0; done < length_;) {
    const ssize_t count =
        ::pread(store_->number_, bytes->mutable_data() + done, length_ - done, offset_ + done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return store_->SpillError(count < 0 ? errno : EIO);
    done += count;
  }
  arrow::io::BufferReader reader(std::move(bytes));
  const arrow::ipc::DictionaryMemo memo;
  arrow::ipc::IpcReadOptions options;
  options.use_threads = false;
  return arrow::ipc::ReadRecordBatch(schema, &memo, options, &reader);
}

Result<SpilledBatch> SpillStore::Write(const arrow::RecordBatch& batch) {
  ARROW_ASSIGN_OR_RAISE(const int file, Open());
  arrow::ipc::IpcWriteOptions options;
  options.use_threads = false;
  ARROW_ASSIGN_OR_RAISE(options.codec, arrow::util::Codec::Create(arrow::Compression::LZ4_FRAME));
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector columns, FlattenAll(batch.columns()));
  const auto flat = arrow::RecordBatch::Make(batch.schema(), batch.num_rows(), std::move(columns));
  ARROW_ASSIGN_OR_RAISE(const auto bytes, arrow::ipc::SerializeRecordBatch(*flat, options));
  SpilledBatch spilled;
  spilled.length_ = bytes->size();
  spilled.offset_ = end_.fetch_add(InBlocks(bytes->size()));
  ARROW_RETURN_NOT_OK(CheckSpace(spilled.offset_ + spilled.length_));
  spilled.store_ = this;
  for (int64_t done = 0; done < bytes->size();) {
    const ssize_t count =
        ::pwrite(file, bytes->data() + done, bytes->size() - done, spilled.offset_ + done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SpillError(errno);
    done += count;
  }
  bytes_written_ += bytes->size();
  return spilled;
}

Result<int> SpillStore::Open() {
  if (number_ >= 0) return number_;
  std::lock_guard lock(mutex_);
  if (number_ < 0) {
    file_ = OpenNameless(folder_);
    if (!file_.is_open()) return SpillError(errno);
    number_ = file_.number();
  }
  return number_;
}

Status SpillStore::CheckSpace(int64_t end) {
  if (end < next_check_) return Status::OK();
  next_check_ = end + kCheckedBytes;
  struct statvfs info;
  if (::fstatvfs(number_, &info) != 0) return Status::OK();
  const auto free = static_cast<int64_t>(info.f_bavail) * static_cast<int64_t>(info.f_frsize);
  return free < kFreeBytesMin ? SpillError(ENOSPC) : Status::OK();
}

Status SpillStore::SpillError(int error_number) const {
  return MakeError(
      ErrorKind::kFailed,
      fmt::format("The run needs more memory than it may use and cannot write the rest to disk; "
                  "set run.spill_dir to a folder with space, or raise run.memory: {} ({} written "
                  "so far): {}",
                  std::generic_category().message(error_number), FormatBytes(bytes_written_),
                  folder_));
}

}  // namespace tarn::local
