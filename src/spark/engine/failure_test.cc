#include "spark/engine/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/broken_rule.h"

namespace tarn::spark {
namespace {

using ::testing::HasSubstr;

pipeline::Pipeline TwoTables() {
  pipeline::Pipeline pipeline;
  for (const auto& [name, sql] :
       {std::pair("a", "SELECT '😀é',\n  1 / x AS y"), std::pair("b", "SELECT y FROM a")}) {
    pipeline::Table& table = pipeline.tables.emplace_back();
    table.name = name;
    table.key = {"y"};
    table.text = std::make_shared<sql::Text>(sql::Text{std::string(name) + ".sql", sql});
  }
  return pipeline;
}

TEST(FailureTest, PointsToTheSql) {
  const pipeline::Pipeline pipeline = TwoTables();
  // Java counts the emoji as two; the error comes up when b is written, which reads a.
  for (const char* table : {"a", "b"}) {
    const Status status =
        ErrorOf(Failed{"bad_input", "[DIVIDE_BY_ZERO] no", table, 16, "1 / x"}, pipeline);
    ASSERT_EQ(DiagnosticsOf(status).size(), 1);
    const Diagnostic& diagnostic = DiagnosticsOf(status)[0];
    EXPECT_EQ(diagnostic.file, "a.sql");
    EXPECT_EQ(diagnostic.line, 2);
    EXPECT_EQ(diagnostic.column, 3);
    EXPECT_THAT(diagnostic.excerpt, HasSubstr("^^^^^"));
  }
}

// The table's own SQL stands behind what SqlOverFiles puts before it.
TEST(FailureTest, PointsToTheSqlOfATableOfChanges) {
  pipeline::Pipeline pipeline = TwoTables();
  pipeline.tables[0].changes.emplace();
  const int64_t begin = std::string_view("WITH `tarn changes` AS (\n").size() + 16;
  const Status status =
      ErrorOf(Failed{"bad_input", "[DIVIDE_BY_ZERO] no", "b", begin, "1 / x"}, pipeline);
  ASSERT_EQ(DiagnosticsOf(status).size(), 1);
  EXPECT_EQ(DiagnosticsOf(status)[0].file, "a.sql");
  EXPECT_EQ(DiagnosticsOf(status)[0].line, 2);
  EXPECT_EQ(DiagnosticsOf(status)[0].column, 3);
}

TEST(FailureTest, NamesTheFileWithoutAPlace) {
  const Status status = ErrorOf(Failed{"bad_input", "no", "b", 90000, "else"}, TwoTables());
  ASSERT_EQ(DiagnosticsOf(status).size(), 1);
  EXPECT_EQ(DiagnosticsOf(status)[0].file, "b.sql");
  EXPECT_EQ(DiagnosticsOf(status)[0].line, 0);
}

TEST(FailureTest, KeepsTheKind) {
  EXPECT_EQ(KindOf(ErrorOf(Failed{"cancelled", "x"}, {})), ErrorKind::kCancelled);
  EXPECT_EQ(KindOf(ErrorOf(Failed{"usage", "x"}, {})), ErrorKind::kUsage);
  EXPECT_EQ(KindOf(ErrorOf(Failed{"failed", "x", "a"}, TwoTables())), ErrorKind::kFailed);
}

TEST(FailureTest, TellsTheRuleThatIsBroken) {
  CheckBroken broken{"a", CheckBroken::Rule::kKeyIsNotUnique, 0, 1, {{{"y", "1"}}}};
  const Status error = engine::ErrorOf({BrokenRuleOf(broken, TwoTables()).ValueOrDie()});
  EXPECT_EQ(KindOf(error), ErrorKind::kCheckFailed);
  EXPECT_EQ(MessageOf(error),
            "table a: key (y) is not unique: 1 row repeats the key of another: y = 1");
  broken.rule = CheckBroken::Rule::kCheck;
  EXPECT_FALSE(BrokenRuleOf(broken, TwoTables()).ok());
  broken.table = "none";
  EXPECT_FALSE(BrokenRuleOf(broken, TwoTables()).ok());
}

}  // namespace
}  // namespace tarn::spark
