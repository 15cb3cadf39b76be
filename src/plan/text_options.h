#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/error.h"
#include "json/record/document.h"
#include "plan/expr.h"

namespace tarn::plan {

/// \brief The options that functions of JSON and CSV text take as map('mode', 'FAILFAST', …).
struct TextOptions {
  bool fail_fast = false;                           ///< an error for what does not fit, not NULL
  std::optional<std::string> timestamp_format;      ///< of TIMESTAMP; none: Spark's default
  std::optional<std::string> timestamp_ntz_format;  ///< of TIMESTAMP_NTZ
  std::optional<std::string> date_format;
  std::string corrupt_record =
      "_corrupt_record";           ///< the field that takes a text that does not fit
  bool ignore_null_fields = true;  ///< of to_json: STRUCTs lack fields that are NULL
  bool sort_keys = false;          ///< of to_json: keys and fields in Java's order of texts
  json::Document::Options json_syntax = {.non_finite_numbers = true};  ///< how JSON is read
  std::string separator = ",";                                         ///< of CSV, not empty
  std::string null_value;  ///< of CSV: the text that is NULL
  bool quote_all = false;  ///< of to_csv
};

/// \brief Which of them a function takes.
enum class TextOptionsOf { kFromJson, kToJson, kFromCsv, kToCsv, kSchemaOfJson, kSchemaOfCsv };

/// \brief The options' names, as they are written, and values.
using TextMap = std::map<std::string, std::string>;

/// \brief What a call map('a', 'b', …) of texts says; nothing for any other expression.
std::optional<TextMap> TextMapOf(const Expr& expr);

/// \return Invalid for an option that the functions do not take, with the reason
Result<TextOptions> ReadTextOptions(const TextMap& map, TextOptionsOf use);

/// \brief The options of a bound call, whose argument `position` they are if it has so many.
TextOptions TextOptionsOfCall(const Expr& call, size_t position, TextOptionsOf use);

}  // namespace tarn::plan
