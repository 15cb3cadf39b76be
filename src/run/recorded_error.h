#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tarn::run {

/// \brief An error as run records and `--json` have it.
struct RecordedError {
  std::string kind;                       ///< NameOf(ErrorKind)
  ErrorText text{};                       ///< of the first diagnostic, where there are some
  std::vector<Diagnostic> diagnostics{};  ///< all that were found in SQL and TOML
};

/// \brief "failed", "usage", "bad_input", "check_failed", "conflict" or "cancelled".
std::string_view NameOf(ErrorKind kind);

/// \param[in] error not OK
RecordedError Describe(const Status& error);

/// \brief {"kind", "message", "hint", "place": null or {"file", "line", "column", "byte_offset"},
/// "diagnostics": […]}; numbers that are unknown are null. Strings may be other than UTF-8.
nlohmann::ordered_json ErrorObject(const RecordedError& error);

/// \brief The reverse of ErrorObject. Missing members keep their defaults.
RecordedError ReadErrorObject(const nlohmann::ordered_json& object);

}  // namespace tarn::run
