#pragma once

#include <string>
#include <string_view>

namespace tarn::infer {

/// \brief `text` for a string of tarn.toml in three quotes, on one line: what TOML and `${…}` would
/// read otherwise is escaped, and what a terminal would obey.
std::string EscapeToml(std::string_view text);

/// \brief `text` as a string in quotes.
std::string QuoteToml(std::string_view text);

}  // namespace tarn::infer
