#pragma once

#include <arrow/util/compression.h>

#include <memory>
#include <string>
#include <string_view>

#include "input/byte_stream.h"

namespace tarn::input {

inline std::string Compress(arrow::Compression::type type, std::string_view text) {
  auto codec = arrow::util::Codec::Create(type).ValueOrDie();
  auto compressor = codec->MakeCompressor().ValueOrDie();
  std::string out(text.size() + (1 << 20), '\0');
  auto* const begin = reinterpret_cast<uint8_t*>(out.data());
  int64_t read = 0;
  int64_t written = 0;
  while (read < static_cast<int64_t>(text.size())) {
    auto step = compressor
                    ->Compress(static_cast<int64_t>(text.size()) - read,
                               reinterpret_cast<const uint8_t*>(text.data()) + read,
                               static_cast<int64_t>(out.size()) - written, begin + written)
                    .ValueOrDie();
    read += step.bytes_read;
    written += step.bytes_written;
  }
  for (bool more = true; more;) {
    auto end =
        compressor->End(static_cast<int64_t>(out.size()) - written, begin + written).ValueOrDie();
    written += end.bytes_written;
    more = end.should_retry;
  }
  out.resize(written);
  return out;
}

inline std::unique_ptr<ByteStream> StreamOf(std::string bytes) {
  return OpenBuffer(arrow::Buffer::FromString(std::move(bytes)));
}

/// \brief All of a stream, read in steps of `num_bytes`.
inline std::string ReadAll(ByteStream* stream, int64_t num_bytes = 1000) {
  std::string all;
  std::string step(num_bytes, '\0');
  while (true) {
    const int64_t length =
        stream->Read(num_bytes, reinterpret_cast<uint8_t*>(step.data())).ValueOrDie();
    all.append(step, 0, length);
    if (length < num_bytes) return all;
  }
}

}  // namespace tarn::input
