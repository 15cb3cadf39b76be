#pragma once

#include <arrow/buffer.h>

#include <memory>
#include <string_view>

#include "base/error.h"
#include "input/byte_stream.h"
#include "json/record/object_end.h"
#include "json/scanner.h"

namespace tarn::input {

/// \brief A part of a text; see json::Block.
struct TextBlock {
  std::shared_ptr<arrow::Buffer> buffer;  ///< holds `block.text`
  json::Block block;
  int64_t byte_offset = 0;  ///< of block.text, in the whole text

  /// A record that is longer than the limit comes in blocks of its own, which are not to be
  /// scanned: one that it begins with, then any number with the rest.
  enum class LongRecord { kNo, kBegin, kRest };
  LongRecord long_record = LongRecord::kNo;
};

/// \brief Cuts a text into blocks for the scanner, in order.
class BlockReader {
 public:
  /// \param[in] lines blocks are of whole lines
  /// \param[in] text borrowed
  /// \param[in] block_bytes a block's usual size; longer records make longer blocks
  /// \param[in] record_bytes_max a record that is longer, and passes a block, is not held in memory
  BlockReader(ByteStream* text, bool lines, int64_t block_bytes, int64_t record_bytes_max)
      : text_(text),
        lines_(lines),
        block_bytes_(block_bytes),
        record_bytes_max_(record_bytes_max) {}

  /// \brief The next block; false after the one that ends the file. There is at least one.
  /// \param[in] num_bytes_left of the last block, that belong to this one (ScanResult); 0 for lines
  /// and after a long record
  Result<bool> Next(int64_t num_bytes_left, TextBlock* block);

 private:
  Status ReadText(std::string_view carried);
  Status ReadLongRecord(std::string_view carried);
  int64_t NumBytesToRead(int64_t num_carried) const;
  Status ReadAfter(std::string_view carried, int64_t num_bytes);

  ByteStream* const text_;
  const bool lines_;
  const int64_t block_bytes_;
  const int64_t record_bytes_max_;
  bool text_ended_ = false;
  bool done_ = false;
  std::shared_ptr<arrow::Buffer> buffer_;  // of the last block and what was read after it
  TextBlock last_;
  int64_t num_rest_ = 0;  // bytes of buffer_ after last_: of a line, or after a long record
  bool in_long_record_ = false;
  json::ObjectEndFinder long_record_end_;  // without lines
};

}  // namespace tarn::input
