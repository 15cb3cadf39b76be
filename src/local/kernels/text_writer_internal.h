#pragma once

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/datum.h>
#include <arrow/util/bit_util.h>

#include <cstring>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "local/kernels/text_limit_internal.h"

namespace tarn::local {

/// \brief Writes a STRING column whose size in bytes has a known bound, straight into its buffers.
///
/// For each row: any Append, then EndRow; a NULL is an empty row.
class TextWriter {
 public:
  /// \return CapacityError when the bound exceeds kTextBytesMax.
  static Result<TextWriter> Make(int64_t num_rows, int64_t num_bytes_max) {
    ARROW_RETURN_NOT_OK(CheckTextBytes(num_bytes_max));
    TextWriter writer;
    writer.num_rows_ = num_rows;
    ARROW_ASSIGN_OR_RAISE(writer.offsets_, arrow::AllocateBuffer((num_rows + 1) * 4));
    ARROW_ASSIGN_OR_RAISE(writer.bytes_, arrow::AllocateResizableBuffer(num_bytes_max));
    writer.end_ = reinterpret_cast<char*>(writer.bytes_->mutable_data());
    writer.next_offset_ = reinterpret_cast<int32_t*>(writer.offsets_->mutable_data());
    *writer.next_offset_++ = 0;
    return writer;
  }

  void Append(std::string_view text) {
    if (!text.empty()) std::memcpy(end_, text.data(), text.size());
    end_ += text.size();
  }

  /// \brief Where the row's next byte goes, for writers of their own; then SetEnd.
  char* end() const { return end_; }
  void SetEnd(char* end) { end_ = end; }

  void EndRow() {
    *next_offset_++ = static_cast<int32_t>(end_ - reinterpret_cast<const char*>(bytes_->data()));
  }

  /// \param[in] validity of all rows; null when no row is NULL.
  Result<arrow::Datum> Finish(std::shared_ptr<arrow::Buffer> validity) {
    ARROW_RETURN_NOT_OK(bytes_->Resize(end_ - reinterpret_cast<const char*>(bytes_->data())));
    return arrow::Datum(arrow::ArrayData::Make(
        arrow::utf8(), num_rows_,
        {std::move(validity), std::shared_ptr<arrow::Buffer>(std::move(offsets_)),
         std::shared_ptr<arrow::Buffer>(std::move(bytes_))}));
  }

 private:
  int64_t num_rows_ = 0;
  std::unique_ptr<arrow::Buffer> offsets_;
  std::unique_ptr<arrow::ResizableBuffer> bytes_;
  char* end_ = nullptr;
  int32_t* next_offset_ = nullptr;
};

}  // namespace tarn::local
