#include "local/table_checks.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "engine/broken_rule.h"
#include "local/batch/batches_for_test.h"
#include "plan/build_expr.h"
#include "plan/known_functions.h"
#include "plan/node.h"

namespace tarn::local {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kCheckedColumns[] = "Id STRING, n BIGINT, d DOUBLE";

class TableChecksTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  TableChecksTest() {
    table_.name = "things";
    planned_.table = &table_;
    planned_.root = plan::MakeTableInput(0, MakeBatch(kCheckedColumns, "[]")->schema());
  }

  // Expects the same without memory as with it, and of texts that are codes into a dictionary.
  Status Check(const std::vector<std::string>& batches) {
    std::vector<BatchPtr> rows;
    for (const std::string& batch : batches) rows.push_back(MakeBatch(kCheckedColumns, batch));
    const Status status = Check(rows, MemoryBudget::kNoLimit);
    EXPECT_EQ(Check(EncodeForTest(rows), MemoryBudget::kNoLimit), status);
    EXPECT_EQ(Check(EncodeForTest(rows), 0), status);
    EXPECT_EQ(Check(rows, 0), status);
    return status;
  }

  Status Check(const std::vector<BatchPtr>& batches, int64_t memory_bytes) {
    MemoryBudget memory(memory_bytes);
    Scheduler scheduler;
    Backlog backlog;
    NodeMeter meter;
    StageContext context{&scheduler, &backlog, &meter, GoOn, &memory};
    context.spill = std::make_shared<SpillStore>(testing::TempDir());
    ARROW_ASSIGN_OR_RAISE(auto checks, TableChecks::Make(planned_, {}, context));
    if (old_keys_ != nullptr) {
      EXPECT_TRUE(checks->keeps_keys());
      EXPECT_EQ(checks->key_schema()->field_names(), old_keys_->schema()->field_names());
      ARROW_RETURN_NOT_OK(checks->ConsumeOldKeys(old_keys_));
    }
    Status status = Status::Invalid("there was no end");
    scheduler.Submit(Scheduler::Priority::kScan, [&] {
      Status consumed;
      for (const BatchPtr& rows : batches) {
        consumed = checks->Consume(checks->Prepare(rows).ValueOrDie());
        if (!consumed.ok()) break;
        if (rows->num_rows() % 2 == 0) checks->Work();
      }
      checks->Close(std::move(consumed), [&](Status checked) { status = std::move(checked); });
      checks->Work();
    });
    ARROW_RETURN_NOT_OK(scheduler.Run(3));
    ARROW_RETURN_NOT_OK(status);
    broken_ = checks->Finish();
    EXPECT_EQ(checks->is_broken(), !broken_.empty() && broken_[0].kind != Kind::kMinRows);
    return broken_.empty() ? Status::OK() : engine::ErrorOf(broken_);
  }

  using Kind = run::BrokenRule::Kind;
  std::vector<run::BrokenRule> broken_;

  BatchPtr old_keys_;  // null: there are none
  pipeline::Table table_;
  plan::TablePlan planned_;
};

// In rows that the table has already.
TEST_F(TableChecksTest, OldKeysAreNotRepeated) {
  table_.key = {"n", "id"};
  old_keys_ = MakeBatch("n BIGINT, Id STRING", R"([[1, "a"], [2, "a"], [null, "c"]])");
  EXPECT_TRUE(Check({R"([["a", 3, 1], ["b", 1, 1]])"}).ok());
  const Status broken = Check({R"([["b", 2, 1]])", R"([["a", 2, 1], ["c", 1, 1]])"});
  EXPECT_THAT(broken.message(), HasSubstr("1 row repeats the key of another"));
  EXPECT_THAT(broken.message(), HasSubstr("n = 2, Id = a"));
}

TEST_F(TableChecksTest, WithoutRulesEverythingPasses) {
  EXPECT_TRUE(Check({}).ok());
  EXPECT_TRUE(Check({R"([["a", 1, 1], ["a", 1, 1], [null, null, null]])"}).ok());
}

TEST_F(TableChecksTest, KeysAreUnique) {
  table_.key = {"id", "N"};
  EXPECT_TRUE(Check({R"([["a", 1, 0], ["a", 2, 0]])", R"([["b", 1, 0]])"}).ok());
  for (const std::vector<std::string>& batches :
       {std::vector<std::string>{R"([["a", 1, 0], ["a", 2, 0], ["c", 9, 0]])",
                                 R"([["b", 1, 0], ["a", 2, 1], ["b", 1, 0]])"},
        std::vector<std::string>{R"([["a", 1, 0], ["a", 2, 0], ["b", 1, 0], ["a", 2, 0]])"}}) {
    const Status status = Check(batches);
    EXPECT_EQ(KindOf(status), ErrorKind::kCheckFailed);
    EXPECT_THAT(Render(status), AllOf(HasSubstr("table things: key (id, N) is not unique"),
                                      HasSubstr("Id = a, n = 2"), HasSubstr("hint: ")));
  }
}

TEST_F(TableChecksTest, EveryRowThatRepeatsAKeyCounts) {
  table_.key = {"n"};
  const Status status = Check({R"([["a", 1, 0], ["b", 1, 0], ["c", null, 0], ["d", null, 0]])",
                               R"([["e", 2, 0], ["f", 1, 0], ["g", 2, 0]])"});
  ASSERT_EQ(broken_.size(), 2U);
  EXPECT_EQ(broken_[0].kind, Kind::kKeyNotNull);
  EXPECT_EQ(broken_[0].num_rows, 2);
  EXPECT_EQ(RowText(broken_[0].sample[1]), "Id = d, n = NULL, d = 0");
  EXPECT_EQ(broken_[1].kind, Kind::kKeyUnique);
  EXPECT_EQ(broken_[1].num_rows, 3);
  ASSERT_EQ(broken_[1].sample.size(), 2U);  // each key once
  EXPECT_EQ(RowText(broken_[1].sample[1]), "n = 2");
  EXPECT_EQ(MessageOf(status),
            "table things: key (n) is NULL in 2 rows, such as\n"
            "  Id = c, n = NULL, d = 0\n  Id = d, n = NULL, d = 0\n"
            "table things: key (n) is not unique: 3 rows repeat the key of another, such as\n"
            "  n = 1\n  n = 2");
}

TEST_F(TableChecksTest, KeysBeyondMemoryAreJudgedToo) {
  table_.key = {"id", "d"};
  std::mt19937 random(5);
  // As many rows as make several batches of one part on disk.
  std::vector<BatchPtr> batches;
  for (int number = 0; number < 60; ++number) {
    std::string rows = "[";
    for (int row = 0; row < 400; ++row) {
      const uint32_t id = random() % 200'000;
      rows += (row > 0 ? ",[" : "[") +
              (id % 50 == 0 ? "null" : "\"" + std::to_string(id) + std::string(700, 'i') + "\"") +
              "," + std::to_string(row) + "," + (id % 3 == 0 ? "NaN" : "-0.0") + "]";
    }
    batches.push_back(MakeBatch(kCheckedColumns, rows + "]"));
  }
  const Status wanted = Check(batches, MemoryBudget::kNoLimit);
  const std::vector<run::BrokenRule> broken = broken_;
  ASSERT_EQ(broken.size(), 2U);
  EXPECT_GT(broken[1].num_rows, 500);
  EXPECT_EQ(broken[1].sample.size(), kSampleRowsMax);
  for (const int64_t memory_bytes : {0, 300'000, 6'000'000}) {
    EXPECT_EQ(Check(batches, memory_bytes), wanted) << memory_bytes;
    ASSERT_EQ(broken_.size(), 2U);
    EXPECT_EQ(broken_[1].num_rows, broken[1].num_rows);
    for (size_t i = 0; i < kSampleRowsMax; ++i) {
      EXPECT_EQ(RowText(broken_[1].sample[i]), RowText(broken[1].sample[i]));
    }
  }
}

TEST_F(TableChecksTest, TheSampleIsBoundedAndTheCountIsNot) {
  table_.checks = {{nullptr, "n > 0"}};
  planned_.checks = {plan::MakePredicate(
      plan::kGt,
      {ColumnOf(kCheckedColumns, "n"), plan::MakeLiteral(arrow::MakeScalar(int64_t{0}))})};
  std::string rows;
  for (int row = 0; row < 30; ++row)
    rows += (row > 0 ? ", " : "") + std::string("[\"x\\n\", -1, 0]");
  const Status status = Check({"[" + rows + "]", "[" + rows + "]"});
  ASSERT_EQ(broken_.size(), 1U);
  EXPECT_EQ(broken_[0].num_rows, 60);
  EXPECT_EQ(broken_[0].sample.size(), kSampleRowsMax);
  EXPECT_THAT(MessageOf(status), HasSubstr("check `n > 0` fails in 60 rows, such as\n"
                                           "  Id = x\\n, n = -1"));
}

TEST_F(TableChecksTest, KeysThatSparkHoldsToBeEqualAreTheSame) {
  table_.key = {"d"};
  EXPECT_FALSE(Check({R"([["a", 1, 0.0], ["a", 2, -0.0]])"}).ok());
  EXPECT_FALSE(Check({R"([["a", 1, NaN]])", R"([["a", 2, NaN]])"}).ok());
}

TEST_F(TableChecksTest, KeysThatAreUniqueByTheirSqlAreCheckedForNullOnly) {
  planned_.root =
      plan::MakeAggregate(planned_.root,
                          {{ColumnOf(kCheckedColumns, "Id"), ColumnOf(kCheckedColumns, "n"),
                            ColumnOf(kCheckedColumns, "d")},
                           {}},
                          {"Id", "n", "d"});
  table_.key = {"n", "id", "d"};
  // Such rows do not come from an Aggregate: that they pass shows that nobody looked.
  EXPECT_TRUE(Check({R"([["a", 1, 0], ["a", 1, 0]])"}).ok());
  EXPECT_THAT(MessageOf(Check({R"([["a", 1, 0], ["a", null, 0]])"})),
              HasSubstr("key (n, id, d) is NULL in 1 row"));
  table_.key = {"n"};
  EXPECT_FALSE(Check({R"([["a", 1, 0], ["b", 1, 0]])"}).ok());
}

TEST_F(TableChecksTest, KeysAreNotNull) {
  table_.key = {"id"};
  const Status status = Check({R"([["a", 1, 0], [null, 2, 0]])"});
  EXPECT_EQ(KindOf(status), ErrorKind::kCheckFailed);
  EXPECT_THAT(MessageOf(status), AllOf(HasSubstr("key (id) is NULL"), HasSubstr("n = 2")));
}

TEST_F(TableChecksTest, RulesHoldForEveryRowUnlessNull) {
  table_.checks = {{nullptr, "n > 0"}};
  planned_.checks = {plan::MakePredicate(
      plan::kGt,
      {ColumnOf(kCheckedColumns, "n"), plan::MakeLiteral(arrow::MakeScalar(int64_t{0}))})};
  EXPECT_TRUE(Check({R"([["a", 1, 0], ["a", null, 0]])"}).ok());
  const Status status = Check({R"([["a", 1, 0]])", R"([["b", null, 0], ["c", -5, 0]])"});
  EXPECT_EQ(KindOf(status), ErrorKind::kCheckFailed);
  EXPECT_THAT(MessageOf(status), AllOf(HasSubstr("`n > 0`"), HasSubstr("Id = c, n = -5")));
}

TEST_F(TableChecksTest, LeastNumberOfRows) {
  table_.min_rows = 2;
  EXPECT_TRUE(Check({R"([["a", 1, 0]])", R"([["a", 1, 0]])"}).ok());
  EXPECT_THAT(MessageOf(Check({R"([["a", 1, 0]])"})), HasSubstr("1 row, fewer than min_rows = 2"));
}

}  // namespace
}  // namespace tarn::local
