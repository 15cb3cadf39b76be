#pragma once

#include <arrow/type.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/error.h"

/// What all documents of `--json` have in common (docs/json.md).
namespace tarn::cli {

/// \brief {"command", "error": null, …} with the members of `data`, as text that ends in a newline.
std::string Document(std::string_view command, nlohmann::ordered_json data);

/// \brief The document of a command that failed: {"command", "error": {…}}, and what is known of
/// the command's members.
/// \param[in] command "" where the command line names none
std::string FailureDocument(std::string_view command, const Status& error,
                            nlohmann::ordered_json known = nlohmann::ordered_json::object());

/// \brief [{"name", "type"}]: types as DDL.
nlohmann::ordered_json ColumnsJson(const arrow::Schema& schema);

}  // namespace tarn::cli
