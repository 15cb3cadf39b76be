#include <gtest/gtest.h>

#include "local/expr/spark_answers_for_test.h"

namespace tarn::local {
namespace {

constexpr SparkAnswer kArithmeticAnswers[] = {
    {"1 + 2", "INT", "3"},
    {"CAST(2147483647 AS INT) + 1", "INT", "!ARITHMETIC_OVERFLOW"},
    {"CAST(127 AS TINYINT) + CAST(1 AS TINYINT)", "TINYINT", "!BINARY_ARITHMETIC_OVERFLOW"},
    {"9223372036854775807 + 1", "BIGINT", "!ARITHMETIC_OVERFLOW"},
    {"1 + CAST(1 AS BIGINT)", "BIGINT", "2"},
    {"1.5 + 2.25", "DECIMAL(4,2)", "3.75"},
    {"1.5 - 2", "DECIMAL(3,1)", "-0.5"},
    {"1.50 * 2.5", "DECIMAL(6,3)", "3.750"},
    {"1.5 / 2", "DECIMAL(7,6)", "0.750000"},
    {"10 / 4", "DOUBLE", "2.5"},
    {"7 / 0", "DOUBLE", "!DIVIDE_BY_ZERO"},
    {"7.0 / 0", "DECIMAL(7,6)", "!DIVIDE_BY_ZERO"},
    {"CAST(7 AS DOUBLE) / 0", "DOUBLE", "!DIVIDE_BY_ZERO"},
    {"1 / 3.0", "DECIMAL(8,6)", "0.333333"},
    {"2.00 / 3", "DECIMAL(7,6)", "0.666667"},
    {"CAST(1 AS DECIMAL(38,10)) / CAST(3 AS DECIMAL(38,10))", "DECIMAL(38,6)", "0.333333"},
    {"CAST(123456789.123456789 AS DECIMAL(38,18)) * CAST(123456789.123456789 AS DECIMAL(38,18))",
     "DECIMAL(38,6)", "15241578780673678.515623"},
    {"CAST(99999999999999999999999999999999999999 AS DECIMAL(38,0)) + 1", "DECIMAL(38,0)",
     "!NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION"},
    {"CAST(99999999999999999999999999999999999999 AS DECIMAL(38,0)) * 10", "DECIMAL(38,0)",
     "!NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION"},
    {"CAST(1.5 AS FLOAT) + 1", "DOUBLE", "2.5"},
    {"CAST(1.5 AS FLOAT) + CAST(1 AS FLOAT)", "FLOAT", "2.5"},
    {"1.5 + CAST(2 AS DOUBLE)", "DOUBLE", "3.5"},
    {"'3' + 4", "BIGINT", "7"},
    {"'3.5' + 4", "BIGINT", "!CAST_INVALID_INPUT"},
    {"'3' + 4.5", "DOUBLE", "7.5"},
    {"1 + NULL", "INT", "NULL"},
    {"1.5 + NULL", "DECIMAL(3,1)", "NULL"},
    {"7 % 3", "INT", "1"},
    {"-7 % 3", "INT", "-1"},
    {"7 % -3", "INT", "1"},
    {"7 % 0", "INT", "!REMAINDER_BY_ZERO"},
    {"7.5 % 2", "DECIMAL(2,1)", "1.5"},
    {"-7.5 % 2", "DECIMAL(2,1)", "-1.5"},
    {"CAST(-7.5 AS DOUBLE) % 2", "DOUBLE", "-1.5"},
    {"mod(-7, 3)", "INT", "-1"},
    {"pmod(-7, 3)", "INT", "2"},
    {"pmod(7, -3)", "INT", "1"},
    {"pmod(-7, -3)", "INT", "-1"},
    {"pmod(-7.5, 2)", "DECIMAL(2,1)", "0.5"},
    {"pmod(CAST(-7.5 AS DOUBLE), 2)", "DOUBLE", "0.5"},
    {"- CAST(5 AS INT)", "INT", "-5"},
    {"- CAST(-2147483648 AS INT)", "INT", "!ARITHMETIC_OVERFLOW"},
    {"- 1.5", "DECIMAL(2,1)", "-1.5"},
    {"-(CAST(1.5 AS DOUBLE))", "DOUBLE", "-1.5"},
    {"abs(-5)", "INT", "5"},
    {"abs(CAST(-2147483648 AS INT))", "INT", "!ARITHMETIC_OVERFLOW"},
    {"abs(-1.50)", "DECIMAL(3,2)", "1.50"},
    {"abs(CAST(-1.5 AS DOUBLE))", "DOUBLE", "1.5"},
    {"abs('-3')", "DOUBLE", "3.0"},
    {"CAST(0.0 AS DOUBLE) * -1", "DOUBLE", "-0.0"},
    {"CAST(1 AS SMALLINT) * CAST(300 AS INT)", "INT", "300"},
    {"CAST(200 AS SMALLINT) * CAST(200 AS SMALLINT)", "SMALLINT", "!BINARY_ARITHMETIC_OVERFLOW"},
    {"5000000000 * 2", "BIGINT", "10000000000"},
    {"CAST(5000000000 AS BIGINT) * 5000000000", "BIGINT", "!ARITHMETIC_OVERFLOW"},
    {"0.1 + 0.2", "DECIMAL(2,1)", "0.3"},
    {"CAST(0.1 AS DOUBLE) + CAST(0.2 AS DOUBLE)", "DOUBLE", "0.30000000000000004"},
    {"1 - CAST(1 AS TINYINT)", "INT", "0"},
};

TEST(Arithmetic, AnswersAsSparkDoes) { ExpectSparkAnswers(kArithmeticAnswers); }

}  // namespace
}  // namespace tarn::local
