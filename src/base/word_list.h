#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace tarn {

/// \brief Whether `word` is one of `words`.
inline bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace tarn
