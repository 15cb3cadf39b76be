#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace tarn {

/// \brief The number that all of `text` is, as std::from_chars reads it; none where it is another
/// text, or beyond the type.
template <typename T>
std::optional<T> ParseNumber(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  return is_number ? std::optional(value) : std::nullopt;
}

}  // namespace tarn
