// mode, history and what belongs to them in a table of tarn.toml.

#include "pipeline/load_for_test.h"

namespace tarn::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ChangesTest : public LoadTest {
 protected:
  Table TableWith(const std::string& settings) {
    WriteSmall("[table.levels]\n" + settings);
    const auto pipeline = LoadGood();
    return pipeline->tables.empty() ? Table{} : pipeline->tables[0];
  }

  // Key path and message of each error.
  std::vector<std::string> ErrorsOf(const std::string& settings) {
    WriteSmall("[table.levels]\n" + settings);
    std::vector<std::string> errors;
    for (const Diagnostic& error : LoadBad()) {
      EXPECT_GT(error.line, 0);
      errors.push_back(error.subject + ": " + error.message);
    }
    return errors;
  }
};

TEST_F(ChangesTest, AreNoneWithoutModeAndHistory) {
  EXPECT_EQ(TableWith("key = ['ts']\n").changes, std::nullopt);
}

TEST_F(ChangesTest, MergeKeepsTheKeyAndNeedsToKnowTheOrder) {
  const Table table = TableWith(
      "mode = 'merge'\nkey = ['level']\norder_by = ['ts', 'nr']\nchecks = ['level > 1']\n");
  ASSERT_TRUE(table.changes);
  EXPECT_EQ(table.changes->into, Changes::Into::kRows);
  EXPECT_THAT(table.changes->key, ElementsAre("level"));
  EXPECT_THAT(table.changes->order_by, ElementsAre("ts", "nr"));
  EXPECT_EQ(table.changes->op, "");
  EXPECT_THAT(table.key, ElementsAre("level"));
  ASSERT_THAT(table.checks, SizeIs(2));
  EXPECT_EQ(table.checks[1].text, "/* order_by */ `ts` IS NOT NULL");
}

TEST_F(ChangesTest, AHistoryIsUniqueByItsTimeAsWell) {
  const Table table = TableWith(
      "history = 'scd2'\nkey = ['level']\norder_by = 'ts'\nop = 'how'\ndeletes = ['x']\n");
  ASSERT_TRUE(table.changes);
  EXPECT_EQ(table.changes->into, Changes::Into::kHistory);
  EXPECT_THAT(table.changes->key, ElementsAre("level"));
  EXPECT_EQ(table.changes->op, "how");
  EXPECT_THAT(table.changes->deletes, ElementsAre("x"));
  EXPECT_THAT(table.key, ElementsAre("level", "valid_from"));
  EXPECT_THAT(table.checks, IsEmpty());
}

TEST_F(ChangesTest, DeletesAreWrittenAsUsual) {
  const Table table = TableWith("mode = 'merge'\nkey = ['level']\norder_by = 'ts'\nop = 'op'\n");
  ASSERT_TRUE(table.changes);
  EXPECT_THAT(table.changes->deletes, ElementsAre("d", "D", "delete", "DELETE"));
}

TEST_F(ChangesTest, NeedAKeyAndAnOrder) {
  EXPECT_THAT(ErrorsOf("mode = 'merge'\n"),
              ElementsAre("table.levels.key: this key is missing",
                          "table.levels.order_by: this key is missing"));
  EXPECT_THAT(
      ErrorsOf("history = 'scd2'\nkey = []\norder_by = []\n"),
      ElementsAre("table.levels.key: this is empty", "table.levels.order_by: this is empty"));
}

TEST_F(ChangesTest, SettingsThatMeanNothingAreErrors) {
  EXPECT_THAT(ErrorsOf("key = ['ts']\norder_by = 'ts'\nop = 'x'\ndeletes = ['d']\n"),
              ElementsAre("table.levels.order_by: only a table that is made of changes has this",
                          "table.levels.op: only a table that is made of changes has this",
                          "table.levels.deletes: only a table that is made of changes has this"));
  EXPECT_THAT(ErrorsOf("mode = 'merge'\nkey = ['level']\norder_by = 'ts'\ndeletes = ['d']\n"),
              ElementsAre("table.levels.deletes: these are values of a column that is not named"));
  EXPECT_THAT(
      ErrorsOf("mode = 'merge'\nkey = ['level']\norder_by = 'ts'\nop = 'op'\ndeletes = []\n"),
      ElementsAre("table.levels.deletes: this is empty"));
  EXPECT_THAT(ErrorsOf("mode = 'merge'\nhistory = 'scd2'\nkey = ['level']\norder_by = 'ts'\n"),
              ElementsAre("table.levels.mode: a table has either mode or history"));
  EXPECT_THAT(ErrorsOf("history = 'scd3'\nkey = ['level']\norder_by = 'ts'\n"),
              ElementsAre("table.levels.history: there is no such history: scd3"));
  EXPECT_THAT(ErrorsOf("materialized = 'view'\nhistory = 'scd2'\n"),
              ElementsAre("table.levels.history: a view is not written, and has no rows of its own "
                          "to check"));
}

}  // namespace
}  // namespace tarn::pipeline
