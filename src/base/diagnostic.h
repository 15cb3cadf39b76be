#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tarn {

/// \brief One error in a file that the user wrote: where it is, what is wrong, what to do.
struct Diagnostic {
  std::string file;     ///< path as the user named it; empty for the command line
  int line = 0;         ///< 1-based; 0 when unknown
  int column = 0;       ///< 1-based, in characters; 0 when unknown
  std::string subject;  ///< key path such as `source.events.path`; empty for SQL
  std::string message;  ///< what is wrong, one sentence without a full stop
  std::string hint;     ///< what to do next; may be empty
  std::string excerpt;  ///< the source line and a caret line below it; may be empty
};

/// \brief `file:line:column: subject: message`, then the excerpt and `hint: …`, each on lines of
/// its own.
std::string Render(const Diagnostic& diagnostic);

/// \brief The line of `text` that holds byte `offset`, and below it carets under [offset, offset +
/// length).
///
/// Printable, cut around the place, passwords in URIs as stars; tabs are kept for the carets' sake.
std::string Excerpt(std::string_view text, size_t offset, size_t length);

/// \brief 1-based line and column (in UTF-8 characters) of byte `offset` of `text`.
struct LineColumn {
  int line = 1;
  int column = 1;
};
LineColumn LocateOffset(std::string_view text, size_t offset);

}  // namespace tarn
