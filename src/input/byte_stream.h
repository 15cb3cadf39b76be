#pragma once

#include <arrow/buffer.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "storage/storage.h"

namespace tarn::input {

/// \brief Bytes in order. Threads: one at a time.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// \brief Put the next bytes into `out`.
  /// \return how many; fewer than `capacity` only at the end of the stream
  virtual Result<int64_t> Read(int64_t capacity, uint8_t* out) = 0;

  /// \brief Why the stream ended before its time: a part that is cut short or corrupt. Empty when
  /// all is well.
  virtual std::string damage() const { return ""; }

  /// \brief Bytes read so far of the file that the stream comes from.
  virtual int64_t num_file_bytes() const = 0;
};

/// \brief A file's own bytes. `storage` is borrowed.
std::unique_ptr<ByteStream> OpenStoredBytes(storage::Storage* storage, storage::ObjectInfo file);

/// \brief The bytes of a file that was read before.
std::unique_ptr<ByteStream> OpenBuffer(std::shared_ptr<arrow::Buffer> buffer);

/// \brief A stream whose next bytes can be looked at before they are read.
class PeekableStream : public ByteStream {
 public:
  explicit PeekableStream(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

  /// \brief The next `num_bytes`, fewer at the end. Valid until the next call.
  Result<std::string_view> Peek(int64_t num_bytes);

  Result<int64_t> Read(int64_t capacity, uint8_t* out) override;
  std::string damage() const override { return stream_->damage(); }
  int64_t num_file_bytes() const override { return stream_->num_file_bytes(); }

 private:
  std::unique_ptr<ByteStream> stream_;
  std::string ahead_;  // read from stream_, not yet from this
  size_t ahead_begin_ = 0;
};

}  // namespace tarn::input
