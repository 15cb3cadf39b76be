#pragma once

#include <arrow/buffer.h>

#include <memory>
#include <string_view>

#include "base/error.h"
#include "input/byte_stream.h"
#include "json/scanner.h"

namespace tarn::input {

/// \brief A part of a text; see json::Block.
struct TextBlock {
  std::shared_ptr<arrow::Buffer> buffer;  ///< holds `block.text`
  json::Block block;
  int64_t byte_offset = 0;  ///< of block.text, in the whole text
};

/// \brief Cuts a text into blocks for the scanner, in order.
class BlockReader {
 public:
  /// \param[in] lines blocks are of whole lines
  /// \param[in] text borrowed
  /// \param[in] block_bytes a block's usual size; longer records make longer blocks
  BlockReader(ByteStream* text, bool lines, int64_t block_bytes)
      : text_(text), lines_(lines), block_bytes_(block_bytes) {}

  /// \brief The next block; false after the one that ends the file. There is at least one.
  /// \param[in] num_bytes_left of the last block, that belong to this one (ScanResult); 0 for lines
  /// \return CapacityError for a record that is longer than 1 GiB
  Result<bool> Next(int64_t num_bytes_left, TextBlock* block);

 private:
  Result<std::shared_ptr<arrow::ResizableBuffer>> ReadAfter(std::string_view carried,
                                                            int64_t num_bytes);

  ByteStream* const text_;
  const bool lines_;
  const int64_t block_bytes_;
  bool text_ended_ = false;
  bool done_ = false;
  TextBlock last_;
  std::string_view rest_;  // of last_.buffer, after the lines of last_.block
};

}  // namespace tarn::input
