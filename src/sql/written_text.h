#pragma once

#include <string_view>

#include "sql/text.h"

namespace tarn::sql {

/// \brief The SQL at `at` as it is written, valid as long as its Text; empty for nowhere.
inline std::string_view WrittenText(const Location& at) {
  if (at.text == nullptr) return {};
  return std::string_view(at.text->sql).substr(at.begin, at.end - at.begin);
}

}  // namespace tarn::sql
