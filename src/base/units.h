#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tarn {

/// \brief "0 B", "999 B", "1.2 kB", "34 MB", "1.5 GB": decimal units, two significant digits below
/// ten.
std::string FormatBytes(int64_t num_bytes);

/// \brief "1,234,567".
std::string FormatCount(int64_t count);

/// \brief "1 file", "30 files", "1,234 files": the noun in the plural unless `count` is one.
std::string FormatCount(int64_t count, std::string_view noun);

/// \brief "0.8 ms", "12 ms", "1.24 s", "3 min 05 s", "2 h 04 min".
std::string FormatDuration(double seconds);

/// \brief The time that a text such as "90s", "5 min" or "2h" says, up to some eleven days in
/// seconds; nothing for any other text.
std::optional<std::chrono::seconds> ParseDuration(std::string_view text);

}  // namespace tarn
