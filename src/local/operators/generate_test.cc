#include "local/operators/generate.h"

#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"
#include "local/operators/range.h"

namespace tarn::local {
namespace {

constexpr char kListed[] = "id INT, name STRING, l ARRAY<INT>, m MAP<STRING, INT>";

class GenerateTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  Batches Run(const plan::Generate& generate, const std::string& ddl,
              const std::vector<int>& passed, const std::vector<int>& generated) {
    const SchemaPtr schema = MakeBatch(ddl, "[]")->schema();
    const MakeStage make = [&](const StageContext& context, PieceSinkPtr next) {
      return std::vector<PieceSinkPtr>{std::make_shared<GenerateStage>(
          context, generate, GenerateStage::Columns{passed, generated, schema->fields()},
          ExprContext{}, std::move(next))};
    };
    return RunStageInAnyOrder(schema, make, {input_});
  }

  const Batches input_ = MakeInput(
      kListed, {R"([[1,"a",[10,20],[["x",1],["y",null]]],[2,"b",[],[]]])",
                R"([[3,null,null,null]])", R"([[4,"a",[null,5],[["z",3]]],[5,"c",[7],null]])"});
};

TEST_F(GenerateTest, ARowForEachElement) {
  ExpectRows(Run({ColumnOf(kListed, "l")}, "id INT, name STRING, col INT", {0, 1}, {0}),
             R"([[1,"a",10],[1,"a",20],[4,"a",null],[4,"a",5],[5,"c",7]])");
}

TEST_F(GenerateTest, OuterKeepsRowsWithoutElements) {
  ExpectRows(
      Run({ColumnOf(kListed, "l"), true, true}, "name STRING, pos INT, col INT", {1}, {0, 1}),
      R"([["a",0,10],["a",1,20],["b",null,null],[null,null,null],["a",0,null],["a",1,5],
                 ["c",0,7]])");
}

TEST_F(GenerateTest, EntriesOfMaps) {
  ExpectRows(
      Run({ColumnOf(kListed, "m"), true}, "id INT, pos INT, key STRING, value INT", {0}, {0, 1, 2}),
      R"([[1,0,"x",1],[1,1,"y",null],[4,0,"z",3]])");
}

TEST_F(GenerateTest, OnlyTheColumnsThatAreRead) {
  ExpectRows(Run({ColumnOf(kListed, "m"), true}, "value INT", {}, {2}), R"([[1],[null],[3]])");
}

TEST_F(GenerateTest, RangeGivesNumbers) {
  const SchemaPtr schema = MakeBatch("id BIGINT", "[]")->schema();
  const auto numbers = [&](const plan::Range& range) {
    const MakeStage make = [&](const StageContext& made, PieceSinkPtr next) {
      PushRange(made, schema, range,
                std::make_shared<const StageOutput>(made.meter, std::move(next)));
      return std::vector<PieceSinkPtr>{};
    };
    return RunStage(schema, make, {});
  };
  ExpectRows(numbers({5, -2, 3}), "[[5],[3],[1]]");
  ExpectRows(numbers({std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(), 3}),
             "[[-9223372036854775808],[-1],[9223372036854775806]]");
  ExpectRows(numbers({0, 1, 0}), "[]");
}

}  // namespace
}  // namespace tarn::local
