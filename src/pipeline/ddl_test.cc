#include "pipeline/ddl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "values/time_of_day.h"

namespace tarn::pipeline {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::shared_ptr<arrow::DataType> TypeOf(const std::string& ddl) {
  auto type = ParseDdlType(ddl);
  EXPECT_TRUE(type.ok()) << ddl << ": " << type.status().message();
  return type.ok() ? *type : arrow::null();
}

std::shared_ptr<arrow::Schema> ColumnsOf(const std::string& ddl) {
  auto schema = ParseDdl(ddl);
  EXPECT_TRUE(schema.ok()) << ddl << ": " << schema.status().message();
  return schema.ok() ? *schema : arrow::schema({});
}

std::vector<Diagnostic> ErrorsOf(const std::string& ddl) {
  auto schema = ParseDdl(ddl);
  EXPECT_FALSE(schema.ok()) << ddl;
  EXPECT_EQ(KindOf(schema.status()), ErrorKind::kBadInput);
  return DiagnosticsOf(schema.status());
}

Diagnostic ErrorOf(const std::string& ddl) {
  auto errors = ErrorsOf(ddl);
  EXPECT_THAT(errors, SizeIs(1)) << ddl;
  return errors.empty() ? Diagnostic{} : errors[0];
}

TEST(DdlTypeTest, EveryWordOfSpark) {
  const std::pair<const char*, std::shared_ptr<arrow::DataType>> kCases[] = {
      {"STRING", arrow::utf8()},
      {"varchar(20)", arrow::utf8()},
      {"Boolean", arrow::boolean()},
      {"TINYINT", arrow::int8()},
      {"BYTE", arrow::int8()},
      {"SMALLINT", arrow::int16()},
      {"SHORT", arrow::int16()},
      {"INT", arrow::int32()},
      {"integer", arrow::int32()},
      {"BIGINT", arrow::int64()},
      {"LONG", arrow::int64()},
      {"FLOAT", arrow::float32()},
      {"REAL", arrow::float32()},
      {"DOUBLE", arrow::float64()},
      {"DECIMAL", arrow::decimal128(10, 0)},
      {"DEC(5)", arrow::decimal128(5, 0)},
      {"NUMERIC(38, 38)", arrow::decimal128(38, 38)},
      {"DATE", arrow::date32()},
      {"TIMESTAMP", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")},
      {"TIMESTAMP_LTZ", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")},
      {"BINARY", arrow::binary()},
      {"TIME", TimeType()},
      {"TIME(3)", TimeType(3)},
  };
  for (const auto& [ddl, type] : kCases) EXPECT_TRUE(TypeOf(ddl)->Equals(type)) << ddl;
}

TEST(DdlTypeTest, Nested) {
  EXPECT_TRUE(TypeOf("ARRAY<ARRAY<INT>>")->Equals(arrow::list(arrow::list(arrow::int32()))));
  EXPECT_TRUE(TypeOf("map < string , array<double> >")
                  ->Equals(arrow::map(arrow::utf8(), arrow::list(arrow::float64()))));
  EXPECT_TRUE(TypeOf("STRUCT<a: INT, `b c` STRING NOT NULL COMMENT 'x'>")
                  ->Equals(arrow::struct_({arrow::field("a", arrow::int32()),
                                           arrow::field("b c", arrow::utf8(), false)})));
}

TEST(DdlTypeTest, ReversedByDdlOf) {
  for (const char* ddl :
       {"STRING", "BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DATE",
        "TIMESTAMP", "BINARY", "DECIMAL(10,2)", "ARRAY<STRING>", "MAP<STRING, ARRAY<INT>>",
        "STRUCT<a: INT, `b c`: STRUCT<`1`: DATE, `x``y`: BOOLEAN> NOT NULL>"}) {
    EXPECT_EQ(DdlOf(*TypeOf(ddl)), ddl);
  }
}

TEST(DdlTypeTest, DdlOfForeignTypes) {
  EXPECT_EQ(DdlOf(*arrow::large_utf8()), "STRING");
  EXPECT_EQ(DdlOf(*arrow::dictionary(arrow::int32(), arrow::utf8())), "STRING");
  EXPECT_EQ(DdlOf(*arrow::timestamp(arrow::TimeUnit::NANO)), "TIMESTAMP_NTZ");
  EXPECT_EQ(DdlOf(*arrow::uint64()), "uint64");
  EXPECT_EQ(DdlOf(*arrow::null()), "VOID");
}

TEST(DdlTest, ColumnsInOrder) {
  auto schema = ColumnsOf("song_id STRING, year INT NOT NULL, tags ARRAY<STRING> COMMENT 'it''s'");
  EXPECT_TRUE(schema->Equals(arrow::schema({
      arrow::field("song_id", arrow::utf8()),
      arrow::field("year", arrow::int32(), false),
      arrow::field("tags", arrow::list(arrow::utf8())),
  })));
}

TEST(DdlTest, Names) {
  auto schema = ColumnsOf("`user-id` INT, \"first \"\"name\" STRING, date DATE, 1st INT, `ä` INT");
  EXPECT_EQ(schema->field_names(),
            (std::vector<std::string>{"user-id", "first \"name", "date", "1st", "ä"}));
}

TEST(DdlTest, CommentsAndLines) {
  auto schema = ColumnsOf("\n  a INT, -- the first\n  /* , b */ c INT -- last");
  EXPECT_EQ(schema->field_names(), (std::vector<std::string>{"a", "c"}));
}

TEST(DdlTest, UnknownTypesAreAllReported) {
  auto errors = ErrorsOf("a STRNG,\n  b INT,\n  c DUBLE(3, 4), d TEXT, e FOO");
  ASSERT_THAT(errors, SizeIs(4));
  EXPECT_EQ(errors[0].line, 1);
  EXPECT_EQ(errors[0].column, 3);
  EXPECT_EQ(errors[0].message, "there is no such type: STRNG");
  EXPECT_EQ(errors[0].hint, "did you mean STRING?");
  EXPECT_EQ(errors[0].excerpt, "  a STRNG,\n    ^^^^^");
  EXPECT_EQ(errors[1].line, 3);
  EXPECT_EQ(errors[1].column, 5);
  EXPECT_EQ(errors[1].hint, "did you mean DOUBLE?");
  EXPECT_EQ(errors[2].hint, "did you mean STRING?");
  EXPECT_THAT(errors[3].hint, HasSubstr("types are STRING"));
}

TEST(DdlTest, UnsupportedTypesSayWhatToUse) {
  Diagnostic error = ErrorOf("a INTERVAL DAY");
  EXPECT_EQ(error.message, "this type is not supported: INTERVAL");
  EXPECT_EQ(error.hint, "use BIGINT or STRING");
  EXPECT_THAT(ErrorOf("at TIME(7)").message, HasSubstr("0 to 6 digits"));
  EXPECT_EQ(ErrorOf("a CHAR(3)").hint, "use STRING");
}

TEST(DdlTest, RepeatedNames) {
  Diagnostic error = ErrorOf("userId STRING, level STRING, UserID INT");
  EXPECT_THAT(error.message, HasSubstr("same name"));
  EXPECT_EQ(error.column, 30);
  EXPECT_THAT(ErrorOf("s STRUCT<a: INT, A: INT>").message, HasSubstr("same name"));
}

TEST(DdlTest, SyntaxErrors) {
  const std::pair<const char*, const char*> kCases[] = {
      {"", "there are no columns"},
      {"  -- nothing\n", "there are no columns"},
      {"a", "expected a type, found the end"},
      {"a INT,", "expected a column after the comma, found the end"},
      {"a INT b INT", "expected a comma or the end after a column, found b"},
      {"a INT NOT", "expected NULL after NOT, found the end"},
      {"a INT COMMENT b", "expected a quoted text after COMMENT, found b"},
      {"a ARRAY", "ARRAY needs its inner types, found the end"},
      {"a ARRAY<INT", "expected > to close ARRAY<, found the end"},
      {"a MAP<STRING>", "a MAP needs a type for its keys and one for its values, found >"},
      {"a STRUCT<>", "expected a column name, found >"},
      {"a VARCHAR", "VARCHAR needs a length, as in VARCHAR(20), or use STRING, found the end"},
      {"a DECIMAL(x)", "expected a number, found x"},
      {"a FOO(1", "the closing bracket is missing, found the end"},
      {"user-id INT", "a name or type cannot contain -"},
      {"ä INT", "a name or type cannot contain ä"},
      {"`a INT", "the closing ` is missing"},
      {"`` INT", "the name is empty"},
      {"a INT /* b", "the closing */ is missing"},
      {"12 INT", "expected a column name, found 12"},
  };
  for (const auto& [ddl, message] : kCases) {
    auto errors = ErrorsOf(ddl);
    ASSERT_FALSE(errors.empty()) << ddl;
    EXPECT_EQ(errors.back().message, message) << ddl;
    EXPECT_GT(errors.back().line, 0) << ddl;
  }
}

TEST(DdlTest, DecimalLimits) {
  for (const char* type : {"DECIMAL(0)", "DECIMAL(39)", "DECIMAL(5, 6)", "DECIMAL(99999999999)"}) {
    EXPECT_THAT(ErrorOf(std::string("a ") + type).message, HasSubstr("precision of 1 to 38"));
  }
}

TEST(DdlTest, MapKeysCannotBeMaps) {
  EXPECT_THAT(ErrorOf("a MAP<MAP<STRING, INT>, INT>").message, HasSubstr("cannot be maps"));
}

TEST(DdlTest, DepthIsLimited) {
  auto nested = [](int depth) {
    std::string ddl = "a ";
    for (int i = 0; i < depth; ++i) ddl += "ARRAY<";
    return ddl + "INT" + std::string(depth, '>');
  };
  ColumnsOf(nested(64));
  EXPECT_THAT(ErrorOf(nested(65)).message, HasSubstr("nested too deeply"));
  EXPECT_THAT(ErrorOf(nested(100'000)).message, HasSubstr("nested too deeply"));
}

}  // namespace
}  // namespace tarn::pipeline
