#include "plan/functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/ddl.h"
#include "plan/coercion.h"

namespace tarn::plan {
namespace {

TypePtr TypeOf(const std::string& ddl) { return pipeline::ParseDdlType(ddl).ValueOrDie(); }

// "add(INT, 5)": an integer stands for a literal.
std::string Resolve(const std::string& name, const std::vector<std::string>& ddl_types) {
  std::vector<Argument> args;
  for (const std::string& text : ddl_types) {
    if (std::isdigit(static_cast<unsigned char>(text[0]))) {
      args.push_back({arrow::int32(), false, true, std::stoll(text)});
    } else if (text == "NULL") {
      args.push_back({arrow::null(), true, true});
    } else {
      args.push_back({TypeOf(text), true, text == "STRING"});
    }
  }
  Result<ResolvedFunction> function = ResolveFunction(name, args);
  if (!function.ok()) return Render(function.status());
  std::string result = std::string(function->function->name) + "(";
  for (size_t i = 0; i < function->arg_types.size(); ++i) {
    result += (i > 0 ? ", " : "") + pipeline::DdlOf(*function->arg_types[i]);
  }
  return result + ") " + pipeline::DdlOf(*function->type);
}

TEST(ResolveFunction, ArithmeticFollowsSparksTypes) {
  EXPECT_EQ(Resolve("add", {"INT", "BIGINT"}), "add(BIGINT, BIGINT) BIGINT");
  EXPECT_EQ(Resolve("divide", {"INT", "INT"}), "divide(DOUBLE, DOUBLE) DOUBLE");
  EXPECT_EQ(Resolve("add", {"INT", "STRING"}), "add(BIGINT, BIGINT) BIGINT");
  EXPECT_EQ(Resolve("add", {"DOUBLE", "DECIMAL(5,2)"}), "add(DOUBLE, DOUBLE) DOUBLE");
  EXPECT_EQ(Resolve("add", {"FLOAT", "INT"}), "add(DOUBLE, DOUBLE) DOUBLE");
  EXPECT_EQ(Resolve("add", {"INT", "NULL"}), "add(INT, INT) INT");
}

TEST(ResolveFunction, DecimalResultsAreSparks) {
  EXPECT_EQ(Resolve("add", {"DECIMAL(3,2)", "DECIMAL(4,3)"}),
            "add(DECIMAL(3,2), DECIMAL(4,3)) DECIMAL(5,3)");
  EXPECT_EQ(Resolve("multiply", {"DECIMAL(2,1)", "DECIMAL(3,2)"}),
            "multiply(DECIMAL(2,1), DECIMAL(3,2)) DECIMAL(6,3)");
  EXPECT_EQ(Resolve("divide", {"DECIMAL(2,1)", "2"}),
            "divide(DECIMAL(2,1), DECIMAL(1,0)) DECIMAL(7,6)");
  EXPECT_EQ(Resolve("divide", {"DECIMAL(38,10)", "DECIMAL(38,10)"}),
            "divide(DECIMAL(38,10), DECIMAL(38,10)) DECIMAL(38,6)");
  EXPECT_EQ(Resolve("multiply", {"DECIMAL(10,2)", "INT"}),
            "multiply(DECIMAL(10,2), DECIMAL(10,0)) DECIMAL(21,2)");
}

TEST(ResolveFunction, ComparisonBringsBothSidesTogether) {
  EXPECT_EQ(Resolve("eq", {"STRING", "INT"}), "eq(BIGINT, BIGINT) BOOLEAN");
  EXPECT_EQ(Resolve("lt", {"DATE", "TIMESTAMP"}), "lt(TIMESTAMP, TIMESTAMP) BOOLEAN");
  EXPECT_EQ(Resolve("in", {"INT", "BIGINT", "DOUBLE"}), "in(DOUBLE, DOUBLE, DOUBLE) BOOLEAN");
  EXPECT_THAT(Resolve("eq", {"DATE", "INT"}), testing::HasSubstr("no common type of DATE and INT"));
}

TEST(ResolveFunction, ImplicitCastsOfArguments) {
  EXPECT_EQ(Resolve("concat_ws", {"STRING", "BIGINT", "INT"}),
            "concat_ws(STRING, STRING, STRING) STRING");
  EXPECT_EQ(Resolve("timestamp_millis", {"INT"}), "timestamp_millis(BIGINT) TIMESTAMP");
  EXPECT_EQ(Resolve("hour", {"STRING"}), "hour(TIMESTAMP) INT");
  EXPECT_EQ(Resolve("ucase", {"INT"}), "upper(STRING) STRING");
  EXPECT_THAT(Resolve("year", {"INT"}), testing::HasSubstr("argument 1 is INT, not TIMESTAMP"));
}

TEST(ResolveFunction, Aggregates) {
  EXPECT_EQ(Resolve("sum", {"INT"}), "sum(BIGINT) BIGINT");
  EXPECT_EQ(Resolve("sum", {"DECIMAL(10,2)"}), "sum(DECIMAL(10,2)) DECIMAL(20,2)");
  EXPECT_EQ(Resolve("avg", {"DECIMAL(10,2)"}), "avg(DECIMAL(10,2)) DECIMAL(14,6)");
  EXPECT_EQ(Resolve("avg", {"DECIMAL(38,18)"}), "avg(DECIMAL(38,18)) DECIMAL(38,22)");
  EXPECT_EQ(Resolve("max", {"ARRAY<INT>"}), "max(ARRAY<INT>) ARRAY<INT>");
  EXPECT_EQ(Resolve("mean", {"INT"}), "avg(DOUBLE) DOUBLE");
  EXPECT_EQ(Resolve("count", {}), "count() BIGINT");
  EXPECT_EQ(Resolve("max_by", {"STRING", "INT"}), "max_by(STRING, INT) STRING");
  EXPECT_THAT(Resolve("max", {"MAP<STRING, INT>"}), testing::HasSubstr("cannot be compared"));
}

TEST(ResolveFunction, ErrorsSayWhatToWrite) {
  EXPECT_EQ(Resolve("weekofyaer", {"DATE"}),
            "unknown function: weekofyaer\n  hint: did you mean weekofyear?");
  EXPECT_THAT(Resolve("substring", {"STRING"}),
              testing::AllOf(testing::HasSubstr("takes 2 to 3 arguments, not 1"),
                             testing::HasSubstr("\n  hint: write substring(")));
  const Argument column = {arrow::utf8(), true, false};
  EXPECT_THAT(ResolveFunction("to_number", {column, column}).status().message(),
              testing::HasSubstr("the format must be a literal"));
}

TEST(ResolveFunction, BinaryStaysBinaryAmongItsKind) {
  EXPECT_EQ(Resolve("concat", {"BINARY", "BINARY"}), "concat(BINARY, BINARY) BINARY");
  EXPECT_EQ(Resolve("concat", {"BINARY", "STRING"}), "concat(STRING, STRING) STRING");
  EXPECT_EQ(Resolve("substring", {"BINARY", "INT"}), "substring(BINARY, INT) BINARY");
  EXPECT_EQ(Resolve("length", {"BINARY"}), "length(BINARY) INT");
  EXPECT_EQ(Resolve("upper", {"BINARY"}), "upper(STRING) STRING");
  EXPECT_EQ(Resolve("elt", {"INT", "BINARY", "BINARY"}), "elt(INT, BINARY, BINARY) BINARY");
}

TEST(ResolveFunction, BitsAreOfWholeNumbers) {
  EXPECT_EQ(Resolve("bitwise_and", {"TINYINT", "SMALLINT"}),
            "bitwise_and(SMALLINT, SMALLINT) SMALLINT");
  EXPECT_EQ(Resolve("bitwise_or", {"STRING", "INT"}), "bitwise_or(BIGINT, BIGINT) BIGINT");
  EXPECT_EQ(Resolve("bitwise_xor", {"NULL", "NULL"}), "bitwise_xor(INT, INT) INT");
  EXPECT_EQ(Resolve("shiftleft", {"TINYINT", "BIGINT"}), "shiftleft(INT, INT) INT");
  EXPECT_THAT(Resolve("bitwise_and", {"STRING", "STRING"}),
              testing::HasSubstr("argument 1 is STRING, not a whole number"));
  EXPECT_THAT(Resolve("bitwise_and", {"DECIMAL(2,1)", "INT"}),
              testing::HasSubstr("argument 1 is DECIMAL(2,1), not a whole number"));
  EXPECT_THAT(Resolve("bitwise_not", {"BOOLEAN"}), testing::HasSubstr("not a whole number"));
  EXPECT_THAT(Resolve("bit_count", {"STRING"}), testing::HasSubstr("not a whole number"));
}

TEST(ResolveFunction, HashesTakeWhatSparkTakes) {
  EXPECT_EQ(Resolve("md5", {"STRING"}), "md5(STRING) STRING");
  EXPECT_EQ(Resolve("crc32", {"BINARY"}), "crc32(BINARY) BIGINT");
  EXPECT_THAT(Resolve("crc32", {"INT"}), testing::HasSubstr("argument 1 is INT, not BINARY"));
  EXPECT_EQ(Resolve("hash", {"TINYINT", "ARRAY<INT>"}), "hash(TINYINT, ARRAY<INT>) INT");
  EXPECT_THAT(Resolve("xxhash64", {"ARRAY<MAP<STRING, INT>>"}),
              testing::HasSubstr("not a type without a MAP"));
}

TEST(ResolveFunction, RefusesFunctionsByNameWithTheReason) {
  EXPECT_EQ(Resolve("rand", {}),
            "rand is not supported: it gives other values each time, and no engine those of "
            "another\n  hint: take values from the data, or hash(key)");
  EXPECT_THAT(Resolve("version", {}), testing::HasSubstr("version is not supported: it is of"));
  EXPECT_THAT(Resolve("parse_xml", {"STRING"}), testing::HasSubstr("unknown function"));
  EXPECT_THAT(Resolve("from_xml", {"STRING"}), testing::HasSubstr("XML is not read"));
}

TEST(ResolveFunction, TextBesideOtherTypes) {
  EXPECT_EQ(Resolve("add", {"STRING", "INT"}), "add(BIGINT, BIGINT) BIGINT");
  EXPECT_THAT(Resolve("multiply", {"STRING", "STRING"}),
              testing::HasSubstr("argument 1 is STRING, not a number"));
  EXPECT_THAT(Resolve("greatest", {"STRING", "INT"}), testing::HasSubstr("cast one of them"));
  EXPECT_EQ(Resolve("greatest", {"STRING", "NULL"}), "greatest(STRING, STRING) STRING");
  EXPECT_EQ(Resolve("nullif", {"INT", "DECIMAL(2,1)"}), "nullif(INT, DECIMAL(11,1)) INT");
  EXPECT_THAT(Resolve("nullif", {"STRING", "INT"}), testing::HasSubstr("must have one type"));
}

TEST(ListFunctions, EveryFunctionIsDescribedUnderEachOfItsNames) {
  size_t num_names = 0;
  for (const auto& [name, function] : ListFunctions()) {
    EXPECT_EQ(FindFunction(name), function) << name;
    EXPECT_FALSE(function->help.empty()) << name;
    EXPECT_FALSE(function->signature.empty()) << name;
    EXPECT_TRUE(function->resolve != nullptr || function->rewrite != nullptr) << name;
    EXPECT_LE(function->num_args.min, function->num_args.max) << name;
    if (name != function->name) continue;
    num_names += 1 + std::count_if(function->aliases.begin(), function->aliases.end(),
                                   [](std::string_view alias) { return !alias.empty(); });
  }
  // A name that two functions have would be listed once.
  EXPECT_EQ(ListFunctions().size(), num_names);
}

TEST(ResolveFunction, NullabilityFollowsTheFunction) {
  const auto nullable = [](const std::string& name, std::vector<Argument> args) {
    return ResolveFunction(name, args).ValueOrDie().nullable;
  };
  const Argument given{arrow::float64(), false}, null{arrow::float64(), true};
  EXPECT_FALSE(nullable("power", {given, given}));
  EXPECT_TRUE(nullable("power", {given, null}));
  EXPECT_TRUE(nullable("ln", {given}));
  EXPECT_FALSE(nullable("is_null", {null}));
  EXPECT_FALSE(nullable("null_safe_eq", {null, null}));
  EXPECT_FALSE(nullable("coalesce", {null, given}));
  EXPECT_TRUE(nullable("nvl2", {given, given, null}));
  EXPECT_TRUE(nullable("timestamp_seconds", {given}));
  EXPECT_FALSE(nullable("count", {null}));
  EXPECT_TRUE(nullable("sum", {given}));
}

}  // namespace
}  // namespace tarn::plan
