#include <gtest/gtest.h>

#include "local/expr/spark_answers_for_test.h"

namespace tarn::local {
namespace {

constexpr SparkAnswer kRewrittenAnswers[] = {
    {"typeof(1)", "STRING", "int"},
    {"typeof(1.50)", "STRING", "decimal(3,2)"},
    {"typeof(NULL)", "STRING", "void"},
    {"typeof('x')", "STRING", "string"},
    {"typeof(X'00')", "STRING", "binary"},
    {"typeof(DATE'2020-01-01')", "STRING", "date"},
    {"typeof(TIMESTAMP'2020-01-01')", "STRING", "timestamp"},
    {"typeof(1/0)", "STRING", "double"},
    {"bigint('5')", "BIGINT", "5"},
    {"int(5.7)", "INT", "5"},
    {"int('5.7')", "INT", "!CAST_INVALID_INPUT"},
    {"decimal('12.6')", "DECIMAL(10,0)", "13"},
    {"decimal(12.4)", "DECIMAL(10,0)", "12"},
    {"double('1.5')", "DOUBLE", "1.5"},
    {"float('1.5')", "FLOAT", "1.5"},
    {"smallint(5)", "SMALLINT", "5"},
    {"tinyint(500)", "TINYINT", "!CAST_OVERFLOW"},
    {"boolean('yes')", "BOOLEAN", "true"},
    {"string(1.5)", "STRING", "1.5"},
    {"date('2020-01-01')", "DATE", "2020-01-01"},
    {"timestamp('2020-01-01')", "TIMESTAMP", "2020-01-01 00:00:00"},
    {"binary('abc')", "BINARY", "abc"},
    {"int(NULL)", "INT", "NULL"},
    {"decimal(99999999999.5)", "DECIMAL(10,0)", "!NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION"},
    {"nanvl(CAST('NaN' AS DOUBLE), 123)", "DOUBLE", "123.0"},
    {"nanvl(1.5F, 2.5F)", "FLOAT", "1.5"},
    {"nanvl(1.5F, 2.5D)", "DOUBLE", "1.5"},
    {"nanvl(1, 2)", "DOUBLE", "1.0"},
    {"nanvl(CAST('NaN' AS FLOAT), 2.5)", "DOUBLE", "2.5"},
    {"nanvl(NULL, 1)", "DOUBLE", "NULL"},
    {"nanvl(CAST('NaN' AS DOUBLE), NULL)", "DOUBLE", "NULL"},
    {"nanvl('NaN', 1)", "DOUBLE", "1.0"},
    {"nanvl(1D, 1/0)", "DOUBLE", "1.0"},
    {"nullifzero(0)", "INT", "NULL"},
    {"nullifzero(2)", "INT", "2"},
    {"nullifzero(0.0D)", "DOUBLE", "NULL"},
    {"nullifzero('0')", "STRING", "NULL"},
    {"zeroifnull(NULL)", "INT", "0"},
    {"zeroifnull(2)", "INT", "2"},
    {"zeroifnull(CAST(NULL AS STRING))", "BIGINT", "0"},
    {"zeroifnull(1.5)", "DECIMAL(11,1)", "1.5"},
    {"equal_null(3, 3)", "BOOLEAN", "true"},
    {"equal_null(NULL, NULL)", "BOOLEAN", "true"},
    {"equal_null(NULL, 1)", "BOOLEAN", "false"},
    {"isnull(1)", "BOOLEAN", "false"},
    {"isnotnull(NULL)", "BOOLEAN", "false"},
    {"+5", "INT", "5"},
    {"+'5'", "DOUBLE", "5.0"},
    {"+1.5", "DECIMAL(2,1)", "1.5"},
    {"collation('x')", "STRING", "SYSTEM.BUILTIN.UTF8_BINARY"},
    {"collation(NULL)", "STRING", "SYSTEM.BUILTIN.UTF8_BINARY"},
    {"collation('a' COLLATE utf8_lcase_rtrim)", "STRING", "SYSTEM.BUILTIN.UTF8_LCASE_RTRIM"},
    {"'a' COLLATE UTF8_BINARY", "STRING", "a"},
    {"positive(1)", "INT", "1"},
    {"CAST(positive(INTERVAL '1' DAY) AS STRING)", "STRING", "INTERVAL '1' DAY"},
    {"typeof(positive(make_interval(1)))", "STRING", "interval"},
    {"positive('1')", "DOUBLE", "1.0"},
    {"positive(NULL)", "DOUBLE", "NULL"},
    {"positive(1.5F)", "FLOAT", "1.5"},
};

TEST(Rewritten, AnswersAsSparkDoes) { ExpectSparkAnswers(kRewrittenAnswers); }

}  // namespace
}  // namespace tarn::local
