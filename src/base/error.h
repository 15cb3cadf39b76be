#pragma once

#include <arrow/result.h>
#include <arrow/status.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace tarn {

using arrow::Result;
using arrow::Status;

/// What went wrong, as far as the exit code and the reader's next step depend on it.
enum class ErrorKind {
  kFailed,       ///< I/O, resources, our own bugs: exit code 1.
  kUsage,        ///< A wrong command line: 2.
  kBadInput,     ///< A wrong pipeline, query or record: 3.
  kCheckFailed,  ///< A table broke a check that its pipeline declares: 4.
  kConflict,     ///< The lake is locked by another run; a later attempt may succeed: 5.
  kCancelled,    ///< Interrupted by the user: 130.
};

/// \brief Where in the user's files an error is.
struct ErrorPlace {
  std::string file{};        ///< path or URI; "": the error has no place
  int64_t line = 0;          ///< 1-based; 0: unknown
  int64_t column = 0;        ///< 1-based, in characters; 0: unknown
  int64_t byte_offset = -1;  ///< of the record's first byte in the file's text; -1: unknown
};

/// \brief What an error says, part by part.
struct ErrorText {
  std::string message;  ///< what is wrong, without place and hint
  std::string hint{};   ///< what to do next; may be empty
  ErrorPlace place{};   ///< in a file of data, SQL or TOML; may be none
};

/// \brief A Status of the given kind: fixed text first, values last.
/// \param[in] hint what to do next; may be empty. It is not part of the Status's message.
Status MakeError(ErrorKind kind, std::string message, std::string hint = "");

/// \brief The same of an error that has a place in a file of data; the Status's message begins with
/// it: "file: line 88, byte 17: …".
Status MakeError(ErrorKind kind, ErrorText text);

/// \brief A kBadInput Status that carries every diagnostic, so that callers can print each of them.
/// \param[in] diagnostics at least one.
Status MakeError(std::vector<Diagnostic> diagnostics);

/// \brief The kind that MakeError gave; kCancelled for arrow's Cancelled; kFailed for any other
/// error.
ErrorKind KindOf(const Status& status);

/// \brief The diagnostics that MakeError was given, empty for any other status.
const std::vector<Diagnostic>& DiagnosticsOf(const Status& status);

/// \brief The message with its place, without arrow's "Invalid: " prefix and without the hint;
/// passwords in URIs are masked.
std::string MessageOf(const Status& status);

/// \brief What MakeError was given as the hint; of diagnostics, those that the message does not
/// show: none.
std::string HintOf(const Status& status);

/// \brief MessageOf, and the hint on a line of its own.
std::string Render(const Status& status);

/// \brief The error part by part; of several diagnostics, the first. Secrets are masked.
ErrorText TextOf(const Status& status);

/// \brief `status` with `context` put before its message ("writing table songs: …"); kind kept.
Status WithContext(const Status& status, std::string_view context);

}  // namespace tarn
