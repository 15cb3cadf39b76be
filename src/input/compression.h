#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "input/byte_stream.h"

namespace tarn::input {

enum class Compression { kNone, kGzip, kZstd, kBzip2, kLz4 };

/// Bytes that DetectCompression wants to see, if the file has so many.
constexpr int64_t kMagicBytes = 16;

/// \brief How a file is compressed: decided by its first bytes; its name says only what to expect.
///
/// A name such as `a.json.gz` on plain text is no error: some clients decompress on the way.
/// \return kBadInput, for a format that is not read (snappy, xz, zip, …), and for a file that is
///   neither what its name says nor text
Result<Compression> DetectCompression(std::string_view head, std::string_view path);

/// \brief "gzip", "zstd", "bzip2", "lz4" or "none".
std::string_view NameOf(Compression compression);

/// \brief The content of a compressed stream, of all its members one after the other.
///
/// A stream that is cut short or corrupt ends there, with its damage. Memory is bounded whatever
/// the stream says.
Result<std::unique_ptr<ByteStream>> Decompress(Compression compression,
                                               std::unique_ptr<ByteStream> compressed);

}  // namespace tarn::input
