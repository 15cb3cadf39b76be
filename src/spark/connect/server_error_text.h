#pragma once

#include <string>
#include <string_view>

namespace tarn::connect {

/// \brief An error's text as Spark writes it, taken apart.
struct ErrorText {
  std::string error_class;  ///< of a leading "[CLASS]"; "" without one
  std::string sql_state;    ///< of "SQLSTATE: 42P01"; "" without one
  int line = 0;             ///< 1-based, of "line 1 pos 14"; 0 without one
  int column = 0;           ///< 1-based; 0 without one
  std::string message;      ///< without all these, and without plans, copies of SQL, Java's stack
};
ErrorText ParseErrorText(std::string_view text);

}  // namespace tarn::connect
