#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/ascii.h"

namespace tarn {

/// \brief `text` with ASCII letters in lower case, all else as it is, whatever the locale.
inline std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToLower);
  return lower;
}

}  // namespace tarn
