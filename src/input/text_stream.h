#pragma once

#include <memory>

#include "base/error.h"
#include "input/byte_stream.h"
#include "input/compression.h"
#include "json/scanner.h"
#include "storage/storage.h"

namespace tarn::input {

/// \brief A file's text in UTF-8, and what its bytes were.
struct TextFile {
  std::unique_ptr<PeekableStream> text;
  Compression compression = Compression::kNone;  ///< of the file's bytes
  bool is_utf16 = false;                         ///< as its bytes, once decompressed, were

  /// \brief Whether the file's bytes are the text itself.
  bool is_plain() const { return compression == Compression::kNone && !is_utf16; }
};

/// \brief Begin to read a file: its bytes are decompressed and decoded as they need.
/// \return kBadInput, without the file's name, for what is not read (see DetectCompression)
Result<TextFile> OpenText(std::unique_ptr<ByteStream> bytes, std::string_view path);

/// \brief Look at as much of a text as shows its framing: to the end of its first line, at most 64
/// MiB.
struct TextHead {
  std::string_view text;  ///< valid until the stream is read
  bool is_whole = false;  ///< of a text that ends there
};
Result<TextHead> PeekHead(PeekableStream* text);

}  // namespace tarn::input
