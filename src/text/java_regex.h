#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace tarn::text {

/// \brief A regular expression of java.util.regex, written for other engines.
///
/// Classes, flags, escapes and anchors are spelled out, so that they mean what they mean in Java
/// 17:
/// `\d`, `\w`, `\s` and `(?i)` are of ASCII alone, `.` stops at Java's line ends, `$` is before a
/// last line end too, and `[a&&[^b]]` is computed here.
struct EnginePatterns {
  /// How far RE2 means the same as Java.
  enum class Re2Use {
    kNever,
    kFinds,    ///< whether there is a match, not where
    kMatches,  ///< matches, and what groups hold
  };
  std::string icu;  ///< for icu::RegexPattern, without flags
  std::string re2;  ///< for RE2, unless re2_use is kNever
  Re2Use re2_use = Re2Use::kMatches;
  bool re2_needs_ascii = false;  ///< RE2 means the same for texts of ASCII alone
  int num_groups = 0;            ///< that capture, without group 0
  std::vector<std::pair<std::string, int>> group_names;
};

/// \return Invalid with what Java does not take either
Result<EnginePatterns> TranslateJavaRegex(std::string_view pattern);

}  // namespace tarn::text
