#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "json/record/value.h"

namespace tarn::json {

inline constexpr size_t kShownBytesMax = 60;  ///< of a value, in messages and examples

/// \brief How much of `text` fits into `num_bytes_max`, cut between characters.
inline size_t ShortenedLength(std::string_view text, size_t num_bytes_max) {
  if (text.size() <= num_bytes_max) return text.size();
  size_t end = num_bytes_max;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return end;
}

/// \brief `text`, or as much of it as fits into `num_bytes_max` and "…".
inline std::string Shorten(std::string_view text, size_t num_bytes_max) {
  const size_t length = ShortenedLength(text, num_bytes_max);
  std::string shortened(text.substr(0, length));
  if (length < text.size()) shortened += "…";
  return shortened;
}

/// \brief The value as JSON text, shortened where it is long.
std::string ShortJsonText(const Value& value);

}  // namespace tarn::json
