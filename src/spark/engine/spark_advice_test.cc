#include "spark/engine/spark_advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::spark {
namespace {

using ::testing::HasSubstr;

// Sentences are those of Spark 4.3.0's list of error conditions, put together for the tests.

TEST(SparkAdvice, DropsFunctionsAndSettingsThatAPipelineCannotUse) {
  const Advised zero = AdviseOnSparkError(
      "[DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to tolerate divisor being 0 and return "
      "NULL instead. If necessary set \"spark.sql.ansi.enabled\" to \"false\" to bypass this "
      "error. "
      "(SQLSTATE 22012)");
  EXPECT_EQ(zero.message,
            "[DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to tolerate divisor being 0 and "
            "return NULL instead. (SQLSTATE 22012)");
  EXPECT_THAT(zero.hint, HasSubstr("NULLIF(divisor, 0)"));
  const Advised cast = AdviseOnSparkError(
      "[CAST_INVALID_INPUT] The value 'x. y' of the type \"STRING\" cannot be cast to \"INT\" "
      "because it is malformed. Correct the value as per the syntax, or change its target type. "
      "Use `try_cast` to tolerate malformed input and return NULL instead. (SQLSTATE 22018)");
  EXPECT_EQ(cast.message,
            "[CAST_INVALID_INPUT] The value 'x. y' of the type \"STRING\" cannot be cast to "
            "\"INT\" because it is malformed. Correct the value as per the syntax, or change its "
            "target type. (SQLSTATE 22018)");
  EXPECT_EQ(cast.hint, "filter such values out, or guard the cast with CASE WHEN");
  const Advised overflow = AdviseOnSparkError(
      "[ARITHMETIC_OVERFLOW] long overflow. Use 'try_add' to tolerate overflow and return NULL "
      "instead. If necessary set \"spark.sql.ansi.enabled\" to \"false\" to bypass this error.");
  EXPECT_EQ(
      overflow.message,
      "[ARITHMETIC_OVERFLOW] long overflow. Use 'try_add' to tolerate overflow and return NULL "
      "instead.");
  const Advised range = AdviseOnSparkError(
      "[NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION] The 123.45 rounded half up from 123.45 cannot "
      "be represented as Decimal(4, 2). If necessary set \"spark.sql.ansi.enabled\" to \"false\" "
      "to bypass this error, and return NULL instead. (SQLSTATE 22003)");
  EXPECT_EQ(range.message,
            "[NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION] The 123.45 rounded half up from 123.45 "
            "cannot be represented as Decimal(4, 2). (SQLSTATE 22003)");
  EXPECT_EQ(range.hint, "cast the operands to fewer digits");
}

TEST(SparkAdvice, KeepsWhatHelps) {
  const std::string column =
      "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name `a` "
      "cannot be resolved. Did you mean one of the following? [`b`, `set `]. (SQLSTATE 42703)";
  EXPECT_EQ(AdviseOnSparkError(column).message, column);
  EXPECT_EQ(AdviseOnSparkError(column).hint, "");
  // The user's own text is no advice.
  const std::string own = "[X] The value 'set try_1' is wrong. Use `upper()` instead.";
  EXPECT_EQ(AdviseOnSparkError(own).message, own);
}

TEST(SparkAdvice, SettingsThatAreTheUsersAreGivenAsConf) {
  const Advised memory = AdviseOnSparkError(
      "[VIEW_EXCEED_MAX_NESTED_DEPTH] The depth of view `v` exceeds the maximum view resolution "
      "depth (100). If you want to work around this, please try to set the value of "
      "\"spark.sql.view.maxNestedViewDepth\" higher.");
  EXPECT_THAT(memory.message, HasSubstr("maxNestedViewDepth"));
  EXPECT_THAT(memory.hint, HasSubstr("--conf KEY=VALUE"));
}

TEST(SparkAdvice, WhatHasNoClassStays) {
  EXPECT_EQ(AdviseOnSparkError("Use `try_cast`.").message, "Use `try_cast`.");
  EXPECT_EQ(AdviseOnSparkError("").message, "");
}

}  // namespace
}  // namespace tarn::spark
