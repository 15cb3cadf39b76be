#pragma once

#include <string_view>
#include <vector>

#include "plan/functions/family_internal.h"
#include "plan/text_options.h"

/// Arguments of the functions of JSON and CSV text.
namespace tarn::plan {

/// \brief Whether it is STRING. Spark casts nothing to these functions' texts.
bool IsTextType(const arrow::DataType& type);

/// \brief Argument `position`, options as a map of constants; the default ones if it is left out.
Result<TextOptions> OptionsArgument(const Arguments& args, size_t position, TextOptionsOf use);

/// \brief What takes a text, a schema and options, and gives `type`.
ResolvedFunction ReadText(const Arguments& args, TypePtr type);

/// \brief What takes a value and options, and gives a text.
ResolvedFunction WriteText(const Arguments& args);

/// \return Invalid where the field for texts that do not fit is no STRING
Status CheckCorruptRecord(const arrow::DataType& type, const TextOptions& options);

/// \brief The text and the options of schema_of_json and schema_of_csv, which are constants.
/// \param[out] text lives as long as `args`
Result<TextOptions> SchemaOptions(const std::vector<ExprPtr>& args, TextOptionsOf use,
                                  std::string_view* text);

}  // namespace tarn::plan
