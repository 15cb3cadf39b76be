#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tarn::generate {

/// How a producer of JSON writes strings.
struct JsonStyle {
  bool escapes_slash = false;      ///< `\/`, as the sample's logs have it
  bool escapes_non_ascii = false;  ///< `\u00e9` rather than é
};

/// \brief `value` as a JSON string, quotes included.
/// \param[in] value valid UTF-8.
void AppendJsonString(std::string_view value, const JsonStyle& style, std::string* out);

/// \brief Hundred-thousandths as the shortest decimal with a point: 24630812 is 246.30812, 20000000
/// is 200.0.
void AppendDecimal(int64_t hundred_thousandths, std::string* out);

}  // namespace tarn::generate
