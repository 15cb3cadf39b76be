#include <charconv>
#include <limits>

#include "base/diagnostic.h"
#include "base/did_you_mean.h"
#include "sql/expr_converter_internal.h"

namespace tarn::sql {
namespace {

// From every spelling to Spark's word.
const std::map<std::string_view, std::string_view>& SparkTypes() {
  static const std::map<std::string_view, std::string_view> kTypes = {
      {"boolean", "boolean"},
      {"bool", "boolean"},
      {"tinyint", "tinyint"},
      {"byte", "tinyint"},
      {"smallint", "smallint"},
      {"short", "smallint"},
      {"int2", "smallint"},
      {"int", "int"},
      {"integer", "int"},
      {"int4", "int"},
      {"bigint", "bigint"},
      {"long", "bigint"},
      {"int8", "bigint"},
      {"float", "float"},
      {"real", "float"},
      {"float4", "float"},
      {"double", "double"},
      {"float8", "double"},
      {"decimal", "decimal"},
      {"dec", "decimal"},
      {"numeric", "decimal"},
      {"string", "string"},
      {"text", "string"},
      {"varchar", "string"},
      {"char", "string"},
      {"character", "string"},
      {"date", "date"},
      {"timestamp", "timestamp"},
      {"timestamptz", "timestamp"},
      {"binary", "binary"},
      {"bytea", "binary"},
  };
  return kTypes;
}

// Index of the last token of the type that begins at `token`: `DOUBLE PRECISION`, `DECIMAL(10, 2)`.
int LastToken(const TokenList& tokens, int token) {
  int last = token;
  while (tokens.Is(last + 1, ".")) last += 2;
  if (tokens.Is(last + 1, "precision") || tokens.Is(last + 1, "varying")) ++last;
  if (tokens.Is(last + 1, "(") && tokens[last + 1].matching > 0) last = tokens[last + 1].matching;
  bool has_zone = tokens.Is(last + 1, "with") || tokens.Is(last + 1, "without");
  if (has_zone && tokens.Is(last + 2, "time") && tokens.Is(last + 3, "zone")) last += 3;
  while (tokens.Is(last + 1, "[") && tokens[last + 1].matching > 0) {
    last = tokens[last + 1].matching;
  }
  return last;
}

// The numbers in parentheses after the type's name, as the tokens give them.
std::vector<int> ReadArguments(const TokenList& tokens, int first, int last) {
  std::vector<int> arguments;
  for (int i = first; i <= last; ++i) {
    std::string_view text = tokens.TextOf(i);
    int value = 0;
    if (tokens[i].kind != Token::Kind::kNumber) continue;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec == std::errc::result_out_of_range) value = std::numeric_limits<int>::max();
    arguments.push_back(value);
  }
  return arguments;
}

std::string HintFor(const std::string& written) {
  std::vector<std::string> names;
  for (const auto& [spelling, name] : SparkTypes()) names.emplace_back(spelling);
  if (written == "interval") return "add days with date_add(x, n), months with add_months(x, n)";
  return DidYouMean(written, names,
                    "use one of boolean, tinyint, smallint, int, bigint, float, double, "
                    "decimal(p, s), string, binary, date, timestamp");
}

}  // namespace

TypeName ConvertTypeName(const Json& body, ParseContext* context) {
  const TokenList& tokens = context->tokens();
  int first = tokens.IndexAt(LocationOf(body));
  int last = LastToken(tokens, first);
  TypeName type;
  type.at = context->TokenRange(first, last);
  std::string written = Lower(tokens.NameOf(first));
  auto spark = SparkTypes().find(written);
  bool is_array = !Member(body, "arrayBounds").empty() || FlagMember(body, "setof");
  if (spark == SparkTypes().end() || tokens.Is(first + 1, ".")) {
    context->Unsupported(type.at, "type " + written, HintFor(written));
    return type;
  }
  type.name = spark->second;
  type.arguments = ReadArguments(tokens, first, last);
  if (is_array) {
    context->Unsupported(type.at, "an array type in a cast",
                         "declare the column as ARRAY<…> in the source's schema");
  } else if (tokens.Is(last, "zone")) {
    context->Unsupported(type.at, "TIMESTAMP with a time zone clause",
                         "write TIMESTAMP, which is an instant, as in Spark");
  } else if (type.name != "decimal" && !type.arguments.empty()) {
    context->Unsupported(type.at, "a length or precision of " + written,
                         "write " + type.name + " alone, and left(x, n) or round(x, n) to shorten");
  }
  return type;
}

}  // namespace tarn::sql
