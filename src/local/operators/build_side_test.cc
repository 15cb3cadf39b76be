#include "local/operators/build_side.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"

namespace tarn::local {
namespace {

using testing::ElementsAre;

class BuildSideTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // Of rows with these keys, and their numbers beside them.
  std::unique_ptr<BuildSide> Make(const std::vector<std::string>& batches,
                                  const std::vector<int>& held) {
    auto build =
        BuildSide::Make(MakeBatch("k BIGINT, v BIGINT", "[]")->schema(), {arrow::int64()}, &memory_)
            .ValueOrDie();
    for (const std::string& rows : batches) {
      BatchPtr batch = MakeBatch("k BIGINT, v BIGINT", rows);
      const EncodedKeys keys = KeysOf(batch->column(0));
      EXPECT_TRUE(build->Add(std::move(batch), keys).ok());
    }
    EXPECT_TRUE(build->Finish(held, GoOn).ok());
    return build;
  }

  static EncodedKeys KeysOf(const std::shared_ptr<arrow::Array>& column) {
    return EncodedKeys::Make({column}, column->length()).ValueOrDie();
  }

  // The numbers of the rows with each of `keys`, a row's by one.
  static std::vector<std::vector<int64_t>> Find(const BuildSide& build, const std::string& keys) {
    const BatchPtr batch = MakeBatch("k BIGINT", keys);
    std::vector<std::vector<int64_t>> found;
    for (const uint32_t key : build.Find(KeysOf(batch->column(0)), {false}).ValueOrDie()) {
      std::vector<int64_t>& rows = found.emplace_back();
      if (key == BuildSide::kNoKey) continue;
      const BuildSide::Range range = build.RowsOf(key);
      for (int64_t i = range.begin; i < range.end; ++i) rows.push_back(build.RowAt(i));
    }
    return found;
  }

  MemoryBudget memory_;
};

TEST_F(BuildSideTest, FindsRowsOfKeysThatDoNotRepeat) {
  const auto build = Make({"[[7, 0], [null, 1]]", "[[5, 2]]"}, {0, 1});
  EXPECT_TRUE(build->is_unique());
  EXPECT_THAT(Find(*build, "[[5], [null], [6], [7]]"),
              ElementsAre(ElementsAre(2), ElementsAre(), ElementsAre(), ElementsAre(0)));
}

TEST_F(BuildSideTest, FindsRowsOfKeysThatRepeat) {
  const auto one_after_the_other = Make({"[[7, 0], [7, 1]]", "[[7, 2], [5, 3]]"}, {0, 1});
  EXPECT_FALSE(one_after_the_other->is_unique());
  EXPECT_THAT(Find(*one_after_the_other, "[[5], [7]]"),
              ElementsAre(ElementsAre(3), ElementsAre(0, 1, 2)));
  const auto anywhere = Make({"[[7, 0], [5, 1]]", "[[7, 2], [5, 3]]"}, {0, 1});
  EXPECT_THAT(Find(*anywhere, "[[5], [7]]"), ElementsAre(ElementsAre(1, 3), ElementsAre(0, 2)));
}

TEST_F(BuildSideTest, HoldsTheColumnsThatAreNeeded) {
  const auto build = Make({"[[7, 0], [5, 1]]", "[[6, 2]]"}, {1});
  ASSERT_EQ(build->rows()->num_columns(), 1);
  EXPECT_EQ(build->rows()->schema()->field(0)->name(), "v");
  ExpectArray(*build->rows()->column(0), "[0, 1, 2]");
  EXPECT_EQ(Make({"[[7, 0]]", "[[7, 0]]"}, {})->rows()->num_rows(), 2);
}

TEST_F(BuildSideTest, HoldsNothingForEachRowWhereKeysDoNotRepeat) {
  const auto bytes_held = [&](const std::function<int64_t(int64_t)>& key, std::vector<int> held) {
    std::string rows;
    for (int64_t row = 0; row < 1000; ++row) {
      rows += (row == 0 ? "[[" : ", [") + std::to_string(key(row)) + ", 1]";
    }
    const auto build = Make({rows + "]"}, held);
    return memory_.num_bytes();
  };
  const auto different = [](int64_t row) { return row; };
  // The same number of keys but for one.
  const auto twice = [](int64_t row) { return row == 999 ? 0 : row; };
  const auto twice_in_a_row = [](int64_t row) { return row == 999 ? 998 : row; };
  const int64_t least = bytes_held(different, {});
  EXPECT_GE(bytes_held(twice_in_a_row, {}), least + 1000 * 8 - 100);
  EXPECT_GE(bytes_held(twice, {}), least + 2000 * 8 - 100);
  EXPECT_GE(bytes_held(different, {1}), least + 1000 * 8);
  EXPECT_EQ(memory_.num_bytes(), 0) << "all is given back";
}

}  // namespace
}  // namespace tarn::local
