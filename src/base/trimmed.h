#pragma once

#include <string_view>

#include "base/ascii.h"

namespace tarn {

/// \brief `text` without the blanks (IsBlank) around it.
constexpr std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace tarn
