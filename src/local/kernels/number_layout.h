#pragma once

#include <optional>
#include <string>
#include <string_view>

/// How a number's digits are laid out as text, as by Java's DecimalFormat.
namespace tarn::local {

/// \brief What a pattern such as `#,##0.00` says.
struct NumberLayout {
  std::string prefix{};
  std::string suffix{};
  std::string negative_prefix = "-";
  std::string negative_suffix{};
  int whole_digits_min = 1;     ///< zeros are put before fewer
  int fraction_digits_min = 0;  ///< zeros are put behind fewer
  int fraction_digits_max = 0;  ///< more are rounded off
  int group_size = 3;           ///< digits between commas; 0: no commas
  bool shows_point = false;     ///< also where no digit follows it
  bool is_percent = false;      ///< 1 is written as 100
};

/// \brief The layout of a pattern; of an empty one that of `#,##0`.
/// \return none of a malformed one, and where it has an exponent, a currency or per mille
std::optional<NumberLayout> ParseNumberLayout(std::string_view pattern);

/// \brief Append a number to `out`.
/// \param[in] digits without a sign: `1234.5`, no more of the fraction than the layout has
void AppendLaidOut(const NumberLayout& layout, bool is_negative, std::string_view digits,
                   std::string* out);

}  // namespace tarn::local
