#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/record/document.h"
#include "plan/functions/family_internal.h"

/// Schemas of values that are texts of JSON and CSV.
namespace tarn::plan {

/// \brief The schema of argument 1 of from_json and from_csv: columns, or one type. All of it is
/// nullable.
Result<TypePtr> SchemaArgument(const Arguments& args);

/// \brief FunctionTraits::reads_clock of what reads such values: a text may be a time without a
/// day.
bool MakesTimestamps(const Expr& call);

/// \brief The type that Spark infers of a text of JSON, in DDL.
/// \return nothing for what is no JSON
std::optional<std::string> InferJsonSchema(std::string_view text, json::Document::Options options);

/// \brief The type that Spark infers of a line of CSV.
/// \param[in] values of the line's fields; nothing: a NULL
TypePtr InferCsvSchema(const std::vector<std::optional<std::string>>& values);

}  // namespace tarn::plan
