#pragma once

#include <charconv>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "base/parse_number.h"

namespace tarn {

/// \brief As Java's Integer.parseInt and its kin read digits of ASCII: a sign, but no blanks.
template <typename T>
std::optional<T> ParseJavaInteger(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return ParseNumber<T>(text);
}

/// \brief The number that digits without a sign are in Java: `1`, `.5`, `1e3`, `1.5d`. One that is
/// too large is infinite, one too small 0. Hexadecimal ones are not read.
template <typename T>
bool ParseJavaDigits(std::string_view text, T* out) {
  // A letter for the type may come last.
  if (text.size() > 1 && std::string_view("dDfF").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  if (text.empty() || !(IsDigit(text[0]) || text[0] == '.')) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  if (end != text.data() + text.size()) return false;
  if (error == std::errc::result_out_of_range) {
    *out = static_cast<T>(std::strtod(std::string(text).c_str(), nullptr));
    return true;
  }
  return error == std::errc();
}

/// \brief As Java's Double.parseDouble and Float.parseFloat: with blanks around, a sign, `NaN`,
/// `Infinity`.
template <typename T>
bool ParseJavaNumber(std::string_view text, T* out) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "NaN") {
    *out = std::numeric_limits<T>::quiet_NaN();
  } else if (text == "Infinity") {
    *out = std::numeric_limits<T>::infinity();
  } else if (!ParseJavaDigits(text, out)) {
    return false;
  }
  if (is_negative) *out = -*out;
  return true;
}

}  // namespace tarn
