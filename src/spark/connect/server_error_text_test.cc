#include "spark/connect/server_error_text.h"

#include <gtest/gtest.h>

namespace tarn::connect {
namespace {

// All texts are what Spark 4.3.0 said, with paths made shorter.

TEST(ParseErrorText, TakesApartWhatAnalysisSays) {
  const ErrorText text = ParseErrorText(
      "[TABLE_OR_VIEW_NOT_FOUND] The table or view `nowhere` cannot be found. Verify the "
      "spelling.\n"
      "Search path: [`system`.`builtin`]. SQLSTATE: 42P01; line 1 pos 14;\n"
      "'Project [*]\n+- 'UnresolvedRelation [nowhere], [], false\n");
  EXPECT_EQ(text.error_class, "TABLE_OR_VIEW_NOT_FOUND");
  EXPECT_EQ(text.sql_state, "42P01");
  EXPECT_EQ(text.line, 1);
  EXPECT_EQ(text.column, 15);
  EXPECT_EQ(text.message,
            "The table or view `nowhere` cannot be found. Verify the spelling.\n"
            "Search path: [`system`.`builtin`].");
}

TEST(ParseErrorText, TakesApartWhatTheParserSays) {
  const ErrorText text = ParseErrorText(
      "\n[PARSE_SYNTAX_ERROR] Syntax error at or near 'SELEC'. SQLSTATE: 42601 (line 2, pos 3)\n\n"
      "== SQL ==\nSELEC 1;\n^^^\n");
  EXPECT_EQ(text.error_class, "PARSE_SYNTAX_ERROR");
  EXPECT_EQ(text.sql_state, "42601");
  EXPECT_EQ(text.line, 2);
  EXPECT_EQ(text.column, 4);
  EXPECT_EQ(text.message, "Syntax error at or near 'SELEC'.");
}

TEST(ParseErrorText, TakesASubclass) {
  const ErrorText text = ParseErrorText(
      "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `a` cannot be resolved. SQLSTATE: "
      "42703");
  EXPECT_EQ(text.error_class, "UNRESOLVED_COLUMN.WITH_SUGGESTION");
  EXPECT_EQ(text.message, "A column with name `a` cannot be resolved.");
}

TEST(ParseErrorText, LeavesOutWhereATaskFailedAndJavasStack) {
  const ErrorText text = ParseErrorText(
      "Job aborted due to stage failure: Task 0 in stage 5.0 failed 1 times, most recent failure: "
      "Lost task 0.0 in stage 5.0 (TID 9) (localhost executor driver): java.io.IOException: Mkdirs "
      "failed to create file:/out\n\tat org.apache.hadoop.fs.X.create(X.java:1)\n\n"
      "Driver stacktrace:");
  EXPECT_EQ(text.error_class, "");
  EXPECT_EQ(text.message, "IOException: Mkdirs failed to create file:/out");
}

TEST(ParseErrorText, FindsTheClassBehindJavas) {
  const ErrorText text = ParseErrorText(
      "org.apache.spark.SparkException: [DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012");
  EXPECT_EQ(text.error_class, "DIVIDE_BY_ZERO");
  EXPECT_EQ(text.message, "Division by zero.");
}

TEST(ParseErrorText, KeepsWhatHasNoForm) {
  EXPECT_EQ(ParseErrorText("connection reset").message, "connection reset");
  EXPECT_EQ(ParseErrorText("").message, "");
  EXPECT_EQ(ParseErrorText("[a] b").message, "[a] b");
}

}  // namespace
}  // namespace tarn::connect
