#pragma once

#include <arrow/result.h>
#include <arrow/status.h>

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
  kConflict,     ///< Another run holds the lake; it may go later: 5.
  kCancelled,    ///< Interrupted by the user: 130.
};

/// \brief A Status of the given kind: fixed text first, values last, then what to do next.
Status MakeError(ErrorKind kind, std::string message);

/// \brief A kBadInput Status that carries every diagnostic, so that callers can print each of them.
/// \param[in] diagnostics at least one.
Status MakeError(std::vector<Diagnostic> diagnostics);

/// \brief The kind that MakeError gave; kCancelled for arrow's Cancelled; kFailed for any other
/// error.
ErrorKind KindOf(const Status& status);

/// \brief The diagnostics that MakeError was given, empty for any other status.
const std::vector<Diagnostic>& DiagnosticsOf(const Status& status);

/// \brief The message alone, without arrow's "Invalid: " prefix; passwords in URIs are masked.
std::string MessageOf(const Status& status);

/// \brief `status` with `context` put before its message ("writing table songs: …"); kind kept.
Status WithContext(const Status& status, std::string_view context);

}  // namespace tarn
