#pragma once

#include <memory>
#include <string>

#include "base/diagnostic.h"

namespace tarn::sql {

/// \brief The text of one SQL file, shared by everything that points into it.
struct Text {
  std::string path;  ///< as the user named it
  std::string sql;   ///< its content; a check of tarn.toml after blanks, so that its place is right
};

/// \brief A range of bytes of a Text. Cheap to copy; a default one points nowhere.
struct Location {
  std::shared_ptr<const Text> text;  ///< null: nowhere
  int begin = 0;                     ///< offset of the first byte in text->sql
  int end = 0;                       ///< one past the last byte
};

/// \brief An error at `at`, with its line, column and caret.
Diagnostic MakeDiagnostic(const Location& at, std::string message, std::string hint = "");

}  // namespace tarn::sql
