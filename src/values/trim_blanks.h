#pragma once

#include <string_view>

namespace tarn {

/// \brief `text` without spaces and ASCII control characters around it, which Spark leaves out
/// where it reads dates, timestamps and intervals.
inline std::string_view TrimBlanks(std::string_view text) {
  const auto blank = [](char c) { return c >= 0 && c <= ' '; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace tarn
