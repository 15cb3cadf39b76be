#include <algorithm>
#include <limits>
#include <map>

#include "base/did_you_mean.h"
#include "base/lower_ascii.h"
#include "sql/parser_internal.h"

namespace tarn::sql {
namespace {

// From every spelling to Spark's first word for the type.
const std::map<std::string_view, std::string_view>& SparkTypes() {
  static const std::map<std::string_view, std::string_view> kTypes = {
      {"boolean", "boolean"},
      {"tinyint", "tinyint"},
      {"byte", "tinyint"},
      {"smallint", "smallint"},
      {"short", "smallint"},
      {"int", "int"},
      {"integer", "int"},
      {"bigint", "bigint"},
      {"long", "bigint"},
      {"float", "float"},
      {"real", "float"},
      {"double", "double"},
      {"decimal", "decimal"},
      {"dec", "decimal"},
      {"numeric", "decimal"},
      {"string", "string"},
      {"varchar", "varchar"},
      {"char", "char"},
      {"character", "char"},
      {"date", "date"},
      {"time", "time"},
      {"timestamp", "timestamp"},
      {"timestamp_ltz", "timestamp"},
      {"timestamp_ntz", "timestamp_ntz"},
      {"binary", "binary"},
      {"interval", "interval"},
      {"array", "array"},
      {"map", "map"},
      {"struct", "struct"},
      {"variant", "variant"},
      {"void", "void"},
  };
  return kTypes;
}

// Names that other databases have for Spark's types.
std::string_view OtherName(std::string_view written) {
  static const std::map<std::string_view, std::string_view> kNames = {
      {"bool", "BOOLEAN"},       {"int2", "SMALLINT"}, {"int4", "INT"},
      {"int8", "BIGINT"},        {"float4", "FLOAT"},  {"float8", "DOUBLE"},
      {"text", "STRING"},        {"bytea", "BINARY"},  {"timestamptz", "TIMESTAMP"},
      {"datetime", "TIMESTAMP"}, {"blob", "BINARY"},
  };
  auto found = kNames.find(written);
  return found == kNames.end() ? std::string_view() : found->second;
}

std::string HintFor(const std::string& written) {
  if (std::string_view name = OtherName(written); !name.empty()) {
    return "Spark's name for it is " + std::string(name);
  }
  std::vector<std::string> names;
  for (const auto& [spelling, name] : SparkTypes()) names.emplace_back(spelling);
  return DidYouMean(written, names,
                    "use one of boolean, tinyint, smallint, int, bigint, float, double, "
                    "decimal(p, s), string, binary, date, timestamp");
}

}  // namespace

Result<TypeName> Parser::ParseType() {
  const Nested nested(this);
  ARROW_RETURN_NOT_OK(nested.Check());
  const int first = next_;
  if (!IsName()) return Unexpected("a type");
  const std::string written = LowerAscii(tokens_.NameOf(next_));
  auto spark = SparkTypes().find(written);
  if (spark == SparkTypes().end() || Is(".", 1)) {
    return Fail(TokenAt(first), "type " + written + " is not supported", HintFor(written));
  }
  ++next_;
  TypeName type;
  type.name = spark->second;
  if (type.name == "interval") {
    ARROW_RETURN_NOT_OK(ParseIntervalType(&type));
  } else if (type.name == "array" || type.name == "map" || type.name == "struct") {
    ARROW_RETURN_NOT_OK(ParseNestedTypes(&type));
  } else if (Is("(")) {
    ARROW_RETURN_NOT_OK(ParseTypeArguments(&type));
  }
  if (type.name == "time" && Is("without")) {
    ++next_;
    if (!Accept("time", "zone")) return Unexpected("TIME ZONE after WITHOUT");
  }
  type.at = From(first);
  return type;
}

Status Parser::ParseTypeArguments(TypeName* type) {
  ++next_;
  do {
    ARROW_ASSIGN_OR_RAISE(const int64_t value, ExpectInteger("a whole number"));
    type->arguments.push_back(
        static_cast<int>(std::min<int64_t>(value, std::numeric_limits<int>::max())));
  } while (Accept(","));
  return Expect(")", "after the type's numbers");
}

Status Parser::ParseNestedTypes(TypeName* type) {
  if (type->name == "struct") return ParseStructFields(type);
  ARROW_RETURN_NOT_OK(Expect("<", "and the type of the elements"));
  ARROW_ASSIGN_OR_RAISE(TypeName element, ParseType());
  type->fields.push_back({"", std::move(element)});
  if (type->name == "map") {
    ARROW_RETURN_NOT_OK(Expect(",", "and the type of the values"));
    ARROW_ASSIGN_OR_RAISE(TypeName value, ParseType());
    type->fields.push_back({"", std::move(value)});
  }
  return Expect(">", "after the type of the elements");
}

Status Parser::ParseStructFields(TypeName* type) {
  if (Accept("<>")) return Status::OK();
  ARROW_RETURN_NOT_OK(Expect("<", "and the fields of the STRUCT"));
  do {
    TypeField field;
    ARROW_ASSIGN_OR_RAISE(field.name, ExpectName("a field's name"));
    Accept(":");
    ARROW_ASSIGN_OR_RAISE(field.type, ParseType());
    field.not_null = Accept("not", "null");
    if (Is("comment") && IsKind(Token::Kind::kString, 1)) {
      ++next_;
      ParseStrings();
    }
    type->fields.push_back(std::move(field));
  } while (Accept(","));
  return Expect(">", "after the fields");
}

// The name has the units: "interval day to second".
Status Parser::ParseIntervalType(TypeName* type) {
  const auto is_unit = [&] { return IsAny({"year", "month", "day", "hour", "minute", "second"}); };
  if (!is_unit()) return Status::OK();
  type->name += " " + LowerAscii(tokens_.TextOf(next_++));
  if (!Accept("to")) return Status::OK();
  if (!is_unit()) return Unexpected("MONTH, HOUR, MINUTE or SECOND after TO");
  type->name += " to " + LowerAscii(tokens_.TextOf(next_++));
  return Status::OK();
}

}  // namespace tarn::sql
