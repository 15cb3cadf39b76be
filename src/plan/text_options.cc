#include "plan/text_options.h"

#include "base/lower_ascii.h"
#include "plan/build_expr.h"
#include "plan/known_functions.h"
#include "values/datetime_pattern.h"

namespace tarn::plan {
namespace {

Status WrongValue(const std::string& name, const std::string& value, const std::string& wanted) {
  return Status::Invalid("option ", name, " is '", value, "', not ", wanted);
}

Status ReadMode(const std::string& name, const std::string& value, TextOptions* options) {
  const std::string mode = LowerAscii(value);
  if (mode == "dropmalformed") {
    return Status::Invalid("option mode: a function cannot drop its row, as DROPMALFORMED would");
  }
  options->fail_fast = mode == "failfast";
  if (options->fail_fast || mode == "permissive") return Status::OK();
  return WrongValue(name, value, "PERMISSIVE or FAILFAST");
}

Status ReadFlag(const std::string& name, const std::string& value, bool* flag) {
  *flag = LowerAscii(value) == "true";
  if (*flag || LowerAscii(value) == "false") return Status::OK();
  return WrongValue(name, value, "true or false");
}

Status ReadFormat(const std::string& name, const std::string& value, TextOptionsOf use,
                  std::optional<std::string>* format) {
  const bool is_read = use == TextOptionsOf::kFromJson || use == TextOptionsOf::kFromCsv;
  const auto pattern_use = is_read ? DatetimePattern::Use::kParse : DatetimePattern::Use::kFormat;
  const auto pattern = DatetimePattern::Make(value, pattern_use);
  if (!pattern.ok()) return Status::Invalid("option ", name, ": ", MessageOf(pattern.status()));
  *format = value;
  return Status::OK();
}

Status ReadSeparator(const std::string& name, const std::string& value, TextOptions* options) {
  if (value == "\\t") return options->separator = "\t", Status::OK();
  if (value.empty() || value.find_first_of("\"\\\r\n") != std::string::npos) {
    return WrongValue(name, value, "a text without quotes, backslashes and ends of lines");
  }
  options->separator = value;
  return Status::OK();
}

bool IsOfJson(TextOptionsOf use) {
  return use == TextOptionsOf::kFromJson || use == TextOptionsOf::kToJson ||
         use == TextOptionsOf::kSchemaOfJson;
}

// An option that needs nothing done, or that changes what is read or written. `lower` is its name.
Status ReadOption(const std::string& name, const std::string& lower, const std::string& value,
                  TextOptionsOf use, TextOptions* options) {
  const bool is_json = IsOfJson(use);
  const bool is_schema = use == TextOptionsOf::kSchemaOfJson || use == TextOptionsOf::kSchemaOfCsv;
  const bool is_read = use == TextOptionsOf::kFromJson || use == TextOptionsOf::kFromCsv;
  if (!is_json && (lower == "sep" || lower == "delimiter")) {
    return ReadSeparator(name, value, options);
  }
  if (!is_schema) {
    if (lower == "timestampformat") {
      return ReadFormat(name, value, use, &options->timestamp_format);
    }
    if (lower == "timestampntzformat") {
      return ReadFormat(name, value, use, &options->timestamp_ntz_format);
    }
    if (lower == "dateformat") return ReadFormat(name, value, use, &options->date_format);
  }
  if (is_read && lower == "mode") return ReadMode(name, value, options);
  if (is_read && lower == "columnnameofcorruptrecord") {
    options->corrupt_record = value;
    return Status::OK();
  }
  if (use == TextOptionsOf::kFromJson || use == TextOptionsOf::kSchemaOfJson) {
    json::Document::Options& syntax = options->json_syntax;
    if (lower == "allownumericleadingzeros") return ReadFlag(name, value, &syntax.leading_zeros);
    if (lower == "allowunquotedcontrolchars") {
      return ReadFlag(name, value, &syntax.control_characters);
    }
    if (lower == "allownonnumericnumbers") return ReadFlag(name, value, &syntax.non_finite_numbers);
  }
  if (use == TextOptionsOf::kToJson && lower == "ignorenullfields") {
    return ReadFlag(name, value, &options->ignore_null_fields);
  }
  if (use == TextOptionsOf::kToJson && lower == "sortkeys") {
    return ReadFlag(name, value, &options->sort_keys);
  }
  if (use == TextOptionsOf::kToCsv && lower == "quoteall") {
    return ReadFlag(name, value, &options->quote_all);
  }
  if (!is_json && !is_schema && lower == "nullvalue") {
    options->null_value = value;
    return Status::OK();
  }
  if (lower == "header") return Status::Invalid("option header: one text has no header");
  return Status::Invalid("option ", name, " is not supported");
}

}  // namespace

std::optional<TextMap> TextMapOf(const Expr& expr) {
  if (!IsCall(expr, kMap)) return std::nullopt;
  TextMap map;
  for (size_t i = 0; i + 1 < expr.args.size(); i += 2) {
    std::string texts[2];
    for (size_t part = 0; part < 2; ++part) {
      const Expr& arg = *expr.args[i + part];
      if (!IsLiteral(arg) || !arg.literal->is_valid || arg.type->id() != arrow::Type::STRING) {
        return std::nullopt;
      }
      texts[part] = static_cast<const arrow::StringScalar&>(*arg.literal).view();
    }
    map[texts[0]] = texts[1];
  }
  return map;
}

Result<TextOptions> ReadTextOptions(const TextMap& map, TextOptionsOf use) {
  TextOptions options;
  for (const auto& [name, value] : map) {
    ARROW_RETURN_NOT_OK(ReadOption(name, LowerAscii(name), value, use, &options));
  }
  return options;
}

TextOptions TextOptionsOfCall(const Expr& call, size_t position, TextOptionsOf use) {
  if (call.args.size() <= position) return {};
  const std::optional<TextMap> map = TextMapOf(*call.args[position]);
  return map.has_value() ? ReadTextOptions(*map, use).ValueOr({}) : TextOptions();
}

}  // namespace tarn::plan
