#include "pipeline/ddl.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/did_you_mean.h"
#include "pipeline/ddl_lexer_internal.h"
#include "values/interval.h"
#include "values/time_of_day.h"

namespace tarn::pipeline {
namespace {

using Kind = DdlToken::Kind;
using TypePtr = std::shared_ptr<arrow::DataType>;

constexpr int kDepthMax = 64;
constexpr int kPrecisionMax = 38;

struct PlainType {
  std::string_view name;
  TypePtr (*make)();
};

TypePtr MakeTimestampNtz() { return arrow::timestamp(arrow::TimeUnit::MICRO); }
TypePtr MakeTimestamp() { return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"); }

// Types without arguments, by each of Spark's words for them.
const std::vector<PlainType>& PlainTypes() {
  static const std::vector<PlainType> kTypes = {
      {"STRING", [] { return arrow::utf8(); }},
      {"BOOLEAN", [] { return arrow::boolean(); }},
      {"TINYINT", [] { return arrow::int8(); }},
      {"BYTE", [] { return arrow::int8(); }},
      {"SMALLINT", [] { return arrow::int16(); }},
      {"SHORT", [] { return arrow::int16(); }},
      {"INT", [] { return arrow::int32(); }},
      {"INTEGER", [] { return arrow::int32(); }},
      {"BIGINT", [] { return arrow::int64(); }},
      {"LONG", [] { return arrow::int64(); }},
      {"FLOAT", [] { return arrow::float32(); }},
      {"REAL", [] { return arrow::float32(); }},
      {"DOUBLE", [] { return arrow::float64(); }},
      {"DATE", [] { return arrow::date32(); }},
      {"TIMESTAMP", MakeTimestamp},
      {"TIMESTAMP_LTZ", MakeTimestamp},
      {"TIMESTAMP_NTZ", MakeTimestampNtz},
      {"BINARY", [] { return arrow::binary(); }},
  };
  return kTypes;
}

struct UnsupportedType {
  std::string_view name;
  std::string_view hint;
};

// Spark's other types, and what stands in for them.
constexpr UnsupportedType kUnsupportedTypes[] = {
    {"CHAR", "use STRING"},
    {"CHARACTER", "use STRING"},
    {"INTERVAL", "use BIGINT or STRING"},
    {"VARIANT", "use STRUCT<…>, MAP<STRING, …> or STRING"},
    {"VOID", "leave the column out, or use STRING"},
};

// Words of other databases that are too far from Spark's to be found by their spelling.
constexpr std::pair<std::string_view, std::string_view> kForeignTypes[] = {
    {"TEXT", "STRING"},    {"BOOL", "BOOLEAN"},  {"INT64", "BIGINT"},          {"INT32", "INT"},
    {"FLOAT64", "DOUBLE"}, {"NUMBER", "DOUBLE"}, {"DATETIME", "TIMESTAMP"},    {"JSON", "STRING"},
    {"OBJECT", "STRUCT"},  {"LIST", "ARRAY"},    {"TIMESTAMPTZ", "TIMESTAMP"}, {"STR", "STRING"},
    {"UTF8", "STRING"},    {"BLOB", "BINARY"},   {"BYTES", "BINARY"},          {"UUID", "STRING"},
};

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

std::string SuggestType(const std::string& word) {
  for (const auto& [foreign, ours] : kForeignTypes) {
    if (foreign == word) return std::string(ours);
  }
  std::vector<std::string> names = {"VARCHAR", "DECIMAL", "NUMERIC", "TIME",
                                    "ARRAY",   "STRUCT",  "MAP"};
  for (const PlainType& type : PlainTypes()) names.emplace_back(type.name);
  return Nearest(word, names);
}

// Recursive descent. The first syntax error ends it; a type or name that is only wrong is noted
// and read over.
class DdlParser {
 public:
  explicit DdlParser(std::string_view ddl) : ddl_(ddl) { Advance(); }

  Result<std::shared_ptr<arrow::Schema>> ParseColumns() {
    arrow::FieldVector fields;
    if (token_.kind == Kind::kEnd) {
      Report(token_, "there are no columns", "write them as: song_id STRING, year INT");
    } else if (ParseFields(&fields) && token_.kind != Kind::kEnd) {
      Fail("expected a comma or the end after a column");
    }
    ARROW_RETURN_NOT_OK(Outcome());
    return arrow::schema(std::move(fields));
  }

  Result<TypePtr> ParseWholeType() {
    intervals_allowed_ = true;
    TypePtr type;
    if (ParseType(&type) && token_.kind != Kind::kEnd) Fail("expected nothing after the type");
    ARROW_RETURN_NOT_OK(Outcome());
    return type;
  }

 private:
  // The Parse methods return false after a syntax error. An error of meaning leaves a stand-in
  // type.

  // `name[:] TYPE [NOT NULL] [COMMENT '…'], …`
  bool ParseFields(arrow::FieldVector* fields) {
    std::set<std::string> names;
    for (;;) {
      if (!ParseField(&names, fields)) return false;
      if (!token_.IsMark(',')) return true;
      Advance();
    }
  }

  bool ParseField(std::set<std::string>* names, arrow::FieldVector* fields) {
    if (token_.kind != Kind::kWord && token_.kind != Kind::kQuotedName) {
      return Fail(fields->empty() ? "expected a column name" : "expected a column after the comma");
    }
    std::string name = token_.value;
    if (!names->insert(Upper(name)).second) {
      Report(token_, "two columns have the same name (names are case-insensitive): " + name,
             "rename or remove one of them");
    }
    Advance();
    if (token_.IsMark(':')) Advance();
    TypePtr type;
    if (!ParseType(&type)) return false;
    bool nullable = true;
    if (AcceptWord("NOT")) {
      if (!AcceptWord("NULL")) return Fail("expected NULL after NOT");
      nullable = false;
    }
    if (AcceptWord("COMMENT")) {
      if (token_.kind != Kind::kString && token_.kind != Kind::kQuotedName) {
        return Fail("expected a quoted text after COMMENT");
      }
      Advance();
    }
    fields->push_back(arrow::field(std::move(name), std::move(type), nullable));
    return true;
  }

  bool ParseType(TypePtr* type) {
    *type = arrow::null();
    if (token_.kind != Kind::kWord) return Fail("expected a type");
    if (depth_ > kDepthMax) return Fail("types are nested too deeply");
    const DdlToken word = token_;
    const std::string name = Upper(word.value);
    Advance();
    if (name == "ARRAY" || name == "STRUCT" || name == "MAP") {
      if (!Expect('<', name + " needs its inner types")) return false;
      ++depth_;
      bool parsed = name == "ARRAY" ? ParseArray(type)
                    : name == "MAP" ? ParseMap(type)
                                    : ParseStruct(type);
      --depth_;
      return parsed && Expect('>', "expected > to close " + name + "<");
    }
    if (name == "DECIMAL" || name == "DEC" || name == "NUMERIC") return ParseDecimal(type);
    if (name == "TIME") return ParseTime(type);
    if (name == "VARCHAR") return ParseVarchar(type);
    if (name == "INTERVAL" && intervals_allowed_) return ParseInterval(word, type);
    for (const PlainType& plain : PlainTypes()) {
      if (plain.name != name) continue;
      *type = plain.make();
      return true;
    }
    ReportUnknownType(word, name);
    IntervalRange fields;  // of an INTERVAL, which is reported once
    if (name == "INTERVAL" && ParseIntervalField(&fields.start) && AcceptWord("TO")) {
      ParseIntervalField(&fields.end);
    }
    return SkipArguments();
  }

  bool ParseArray(TypePtr* type) {
    TypePtr element;
    if (!ParseType(&element)) return false;
    *type = arrow::list(std::move(element));
    return true;
  }

  bool ParseMap(TypePtr* type) {
    const DdlToken key_token = token_;
    TypePtr key, value;
    if (!ParseType(&key)) return false;
    if (!Expect(',', "a MAP needs a type for its keys and one for its values")) return false;
    if (!ParseType(&value)) return false;
    if (key->id() == arrow::Type::MAP) {
      Report(key_token, "the keys of a MAP cannot be maps", "use STRING keys");
    }
    *type = arrow::map(std::move(key), std::move(value));
    return true;
  }

  bool ParseStruct(TypePtr* type) {
    arrow::FieldVector fields;
    if (!ParseFields(&fields)) return false;
    *type = arrow::struct_(std::move(fields));
    return true;
  }

  bool ParseDecimal(TypePtr* type) {
    int precision = 10;
    int scale = 0;
    const DdlToken open = token_;
    if (token_.IsMark('(')) {
      Advance();
      if (!ParseNumber(&precision)) return false;
      if (token_.IsMark(',')) {
        Advance();
        if (!ParseNumber(&scale)) return false;
      }
      if (!Expect(')', "expected ) after the precision and scale")) return false;
    }
    if (precision < 1 || precision > kPrecisionMax || scale > precision) {
      Report(open, "DECIMAL takes a precision of 1 to 38 and a scale of at most that",
             "write it as DECIMAL(10, 2)");
      return true;
    }
    *type = arrow::decimal128(precision, scale);
    return true;
  }

  bool ParseTime(TypePtr* type) {
    int digits = kTimeDigitsMax;
    const DdlToken open = token_;
    if (token_.IsMark('(')) {
      Advance();
      if (!ParseNumber(&digits)) return false;
      if (!Expect(')', "expected ) after the digits of a second")) return false;
    }
    if (digits > kTimeDigitsMax) {
      Report(open, "TIME takes 0 to 6 digits of a second",
             "write it as TIME, which has 6, or as TIME(3)");
      digits = kTimeDigitsMax;
    }
    *type = TimeType(digits);
    return true;
  }

  // After INTERVAL: `DAY TO SECOND`, or one field.
  bool ParseInterval(const DdlToken& word, TypePtr* type) {
    IntervalRange range;
    if (!ParseIntervalField(&range.start)) {
      Report(word, "an INTERVAL without its fields is not supported",
             "write INTERVAL DAY TO SECOND or INTERVAL YEAR TO MONTH");
      return true;
    }
    range.end = range.start;
    if (AcceptWord("TO") && !ParseIntervalField(&range.end))
      return Fail("expected a field after TO");
    const bool is_one_kind =
        (range.start <= IntervalField::kMonth) == (range.end <= IntervalField::kMonth);
    if (range.end < range.start || !is_one_kind) {
      Report(word, "there is no such type: INTERVAL " + IntervalRangeText(range),
             "write INTERVAL DAY TO SECOND or INTERVAL YEAR TO MONTH");
      return true;
    }
    *type = IntervalType(range);
    return true;
  }

  bool ParseIntervalField(IntervalField* field) {
    const std::optional<IntervalField> found = IntervalFieldOf(token_.value);
    if (token_.kind != Kind::kWord || !found) return false;
    *field = *found;
    Advance();
    return true;
  }

  // Spark reads VARCHAR(n) as a string; the length is a rule for tables that it writes itself.
  bool ParseVarchar(TypePtr* type) {
    int length = 0;
    *type = arrow::utf8();
    return Expect('(', "VARCHAR needs a length, as in VARCHAR(20), or use STRING") &&
           ParseNumber(&length) && Expect(')', "expected ) after the length");
  }

  bool ParseNumber(int* number) {
    if (token_.kind != Kind::kNumber) return Fail("expected a number");
    // Larger than any limit is enough to know; no overflow.
    *number = token_.value.size() > 6 ? 1'000'000 : std::stoi(token_.value);
    Advance();
    return true;
  }

  void ReportUnknownType(const DdlToken& word, const std::string& name) {
    for (const UnsupportedType& unsupported : kUnsupportedTypes) {
      if (unsupported.name != name) continue;
      Report(word, "this type is not supported: " + name, std::string(unsupported.hint));
      return;
    }
    std::string nearest = SuggestType(name);
    Report(word, "there is no such type: " + word.value,
           nearest.empty() ? "types are STRING, BOOLEAN, INT, BIGINT, DOUBLE, DECIMAL(p, s), DATE, "
                             "TIMESTAMP, BINARY, ARRAY<t>, STRUCT<name: t>, MAP<k, v> and others"
                           : "did you mean " + nearest + "?");
  }

  // The `(…)` or `<…>` of a type that was not understood.
  bool SkipArguments() {
    if (!token_.IsMark('(') && !token_.IsMark('<')) return true;
    int depth = 0;
    do {
      if (token_.IsMark('(') || token_.IsMark('<')) ++depth;
      if (token_.IsMark(')') || token_.IsMark('>')) --depth;
      if (token_.kind == Kind::kEnd || token_.kind == Kind::kBad) {
        return Fail("the closing bracket is missing");
      }
      Advance();
    } while (depth > 0);
    return true;
  }

  bool AcceptWord(std::string_view word) {
    if (token_.kind != Kind::kWord || Upper(token_.value) != word) return false;
    Advance();
    return true;
  }

  bool Expect(char mark, const std::string& message) {
    if (!token_.IsMark(mark)) return Fail(message);
    Advance();
    return true;
  }

  void Advance() { token_ = NextDdlToken(ddl_, token_.end); }

  // A syntax error at the current token.
  bool Fail(const std::string& message) {
    std::string hint;
    if (token_.kind == Kind::kBad) {
      Report(token_, token_.value, "put a name in `backticks` when it has such characters");
      return false;
    }
    std::string found(ddl_.substr(token_.begin, token_.end - token_.begin));
    if (token_.kind == Kind::kNumber) hint = "put a name in `backticks` when it is a number";
    if (message == "expected a column after the comma") hint = "remove the comma before it";
    Report(token_, message + (found.empty() ? ", found the end" : ", found " + found), hint);
    return false;
  }

  void Report(const DdlToken& token, std::string message, std::string hint) {
    Diagnostic diagnostic;
    LineColumn at = LocateOffset(ddl_, token.begin);
    diagnostic.line = at.line;
    diagnostic.column = at.column;
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    diagnostic.excerpt = Excerpt(ddl_, token.begin, token.end - token.begin);
    diagnostics_.push_back(std::move(diagnostic));
  }

  Status Outcome() {
    return diagnostics_.empty() ? Status::OK() : MakeError(std::move(diagnostics_));
  }

  const std::string_view ddl_;
  DdlToken token_;
  int depth_ = 0;
  bool intervals_allowed_ = false;  // no source has them
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace

Result<std::shared_ptr<arrow::Schema>> ParseDdl(const std::string& ddl) {
  return DdlParser(ddl).ParseColumns();
}

Result<std::shared_ptr<arrow::DataType>> ParseDdlType(const std::string& ddl) {
  return DdlParser(ddl).ParseWholeType();
}

}  // namespace tarn::pipeline
