#pragma once

#include <string>
#include <string_view>

namespace tarn {

/// \brief A name as SQL and DDL take it whatever it is made of: in backticks, with those in it
/// doubled.
inline std::string InBackticks(std::string_view name) {
  std::string quoted = "`";
  for (const char c : name) quoted.append(c == '`' ? 2 : 1, c);
  return quoted + "`";
}

}  // namespace tarn
