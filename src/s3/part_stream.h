#pragma once

#include <arrow/buffer_builder.h>
#include <arrow/io/interfaces.h>

#include <cstdint>
#include <functional>
#include <memory>

#include "base/error.h"
#include "s3/parted_upload.h"

namespace tarn::s3 {

/// \brief An object as a stream that is cut into parts, each sent as soon as it is full.
///
/// A part that could not be sent is reported by a later Write or Close.
/// Threads: one at a time.
class PartStream : public arrow::io::OutputStream {
 public:
  /// \brief Called once, by Close.
  /// \param[in] rest what no part was made of: the whole object, if the upload has not begun
  using Finish = std::function<Status(std::shared_ptr<arrow::Buffer> rest)>;

  /// \param[in] parts_in_flight Write waits while more are
  PartStream(std::shared_ptr<PartedUpload> upload, size_t parts_in_flight, Finish finish);

  Status Write(const void* data, int64_t num_bytes) override;
  using arrow::io::OutputStream::Write;
  Status Close() override;
  /// \brief Unlike the base class's, does not keep what is not complete.
  Status Abort() override;
  Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return closed_; }

 private:
  const std::shared_ptr<PartedUpload> upload_;
  const size_t parts_in_flight_;
  const Finish finish_;
  arrow::BufferBuilder gathered_;
  int64_t position_ = 0;
  bool closed_ = false;
};

}  // namespace tarn::s3
