#include "local/operators/select_columns.h"

#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"

namespace tarn::local {
namespace {

TEST(SelectColumnsTest, TakesColumnsInTheOrderGiven) {
  const SchemaPtr schema = MakeBatch("c INT, a INT", "[]")->schema();
  const MakeStage make = [&](const StageContext& context, PieceSinkPtr next) {
    return std::vector<PieceSinkPtr>{std::make_shared<SelectColumnsStage>(
        context, schema, std::vector<int>{2, 0}, std::move(next))};
  };
  ExpectRows(RunStageInAnyOrder(
                 schema, make,
                 {MakeInput("a INT, b INT, c INT", {"[[1, 2, 3]]", "[[4, 5, 6], [7, 8, null]]"})}),
             "[[3, 1], [6, 4], [null, 7]]");
}

}  // namespace
}  // namespace tarn::local
