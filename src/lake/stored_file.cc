#include "lake/stored_file.h"

#include <arrow/buffer.h>
#include <arrow/util/future.h>

#include <algorithm>
#include <cstring>

namespace tarn::lake {
namespace {

using storage::BufferFuture;

class StoredFile : public arrow::io::RandomAccessFile {
 public:
  StoredFile(std::shared_ptr<storage::Storage> storage, storage::ObjectInfo object)
      : storage_(std::move(storage)), object_(std::move(object)) {
    set_mode(arrow::io::FileMode::READ);
  }

  using arrow::io::RandomAccessFile::ReadAsync;
  using arrow::io::RandomAccessFile::ReadAt;

  Result<int64_t> GetSize() override { return object_.size_bytes; }
  Status Seek(int64_t position) override {
    position_ = position;
    return Status::OK();
  }
  Result<int64_t> Tell() const override { return position_; }
  Status Close() override {
    closed_ = true;
    return Status::OK();
  }
  bool closed() const override { return closed_; }

  Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t num_bytes) override {
    return storage_->ReadRange(object_, position, num_bytes);
  }
  Result<int64_t> ReadAt(int64_t position, int64_t num_bytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const auto buffer, ReadAt(position, num_bytes));
    std::memcpy(out, buffer->data(), static_cast<size_t>(buffer->size()));
    return buffer->size();
  }
  // Without a thread that waits for it.
  BufferFuture ReadAsync(const arrow::io::IOContext& context, int64_t position,
                         int64_t num_bytes) override {
    return ReadAsync(context, position, num_bytes, /*allow_short_read=*/true);
  }
  BufferFuture ReadAsync(const arrow::io::IOContext&, int64_t position, int64_t num_bytes,
                         bool allow_short_read) override {
    const BufferFuture read = storage_->ReadRangeAsync(object_, position, num_bytes);
    if (allow_short_read) return read;
    using BufferPtr = std::shared_ptr<arrow::Buffer>;
    return read.Then([num_bytes](const BufferPtr& buffer) -> Result<BufferPtr> {
      if (buffer->size() == num_bytes) return buffer;
      return Status::IOError("The file ends before what is to be read of it does");
    });
  }
  Result<std::shared_ptr<arrow::Buffer>> Read(int64_t num_bytes) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, num_bytes));
    position_ += buffer->size();
    return buffer;
  }
  Result<int64_t> Read(int64_t num_bytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const int64_t length, ReadAt(position_, num_bytes, out));
    position_ += length;
    return length;
  }

 private:
  std::shared_ptr<storage::Storage> storage_;
  const storage::ObjectInfo object_;
  int64_t position_ = 0;
  bool closed_ = false;
};

}  // namespace

std::shared_ptr<arrow::io::RandomAccessFile> OpenStoredFile(
    std::shared_ptr<storage::Storage> storage, storage::ObjectInfo object) {
  return std::make_shared<StoredFile>(std::move(storage), std::move(object));
}

}  // namespace tarn::lake
