#include "local/operators/limit.h"

#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"
#include "local/operators/union_all.h"

namespace tarn::local {
namespace {

Batches Limited(int64_t num_rows, const Status& status = Status::OK(), int64_t offset = 0) {
  Batches input = MakeInput("x INT", {"[[1], [2]]", "[[3], [4], [5]]"});
  input.status = status;
  const MakeStage make = [&](const StageContext& context, PieceSinkPtr next) {
    auto limit =
        std::make_shared<LimitStage>(context, plan::Limit{num_rows, offset}, std::move(next));
    limit->Start();
    return std::vector<PieceSinkPtr>{std::move(limit)};
  };
  return RunStageInAnyOrder(input.schema, make, {input});
}

TEST(LimitTest, CutsWithinABatch) {
  ExpectRows(Limited(0), "[]");
  ExpectRows(Limited(1), "[[1]]");
  ExpectRows(Limited(2), "[[1], [2]]");
  ExpectRows(Limited(4), "[[1], [2], [3], [4]]");
  ExpectRows(Limited(9), "[[1], [2], [3], [4], [5]]");
}

TEST(LimitTest, OffsetLeavesOutTheFirstRows) {
  const auto skipped = [](int64_t num_rows, int64_t offset) {
    return Limited(num_rows, Status::OK(), offset);
  };
  ExpectRows(skipped(2, 1), "[[2], [3]]");
  ExpectRows(skipped(1, 2), "[[3]]");
  ExpectRows(skipped(plan::Limit::kAllRows, 3), "[[4], [5]]");
  ExpectRows(skipped(9, 5), "[]");
  ExpectRows(skipped(9, 9), "[]");
  ExpectRows(skipped(0, 2), "[]");
}

TEST(LimitTest, ErrorsBeyondItAreNotMet) {
  ExpectRows(Limited(0, Status::Invalid("later")), "[]");
  ExpectRows(Limited(5, Status::Invalid("later")), "[[1], [2], [3], [4], [5]]");
  EXPECT_EQ(Limited(6, Status::Invalid("later")).status.message(), "later");
}

TEST(LimitTest, ClosesItsInputWhenItHasEnough) {
  Scheduler scheduler;
  Backlog backlog;
  NodeMeter meter;
  const StageContext context{&scheduler, &backlog, &meter};
  const Batches input = MakeInput("x INT", {"[[1], [2]]", "[[3]]"});
  const auto output = std::make_shared<Collector>(context);
  LimitStage limit(context, {2}, output);
  EXPECT_FALSE(limit.IsClosed());
  limit.Push(0, input.batches[0]);
  EXPECT_TRUE(limit.IsClosed());
  EXPECT_FALSE(output->IsClosed());
}

Batches United(const std::vector<Batches>& inputs) {
  const SchemaPtr& schema = inputs[0].schema;
  const MakeStage make = [&](const StageContext& context, PieceSinkPtr next) {
    return UnionAll::Make(context, schema, static_cast<int>(inputs.size()), std::move(next));
  };
  return RunStageInAnyOrder(schema, make, inputs);
}

TEST(UnionAllTest, OneInputAfterTheOther) {
  ExpectRows(United({MakeInput("x INT", {"[[2], [1]]", "[[3]]"}), MakeInput("y INT", {}),
                     MakeInput("z INT", {"[[2], [null]]"})}),
             "[[2], [1], [3], [2], [null]]");
}

TEST(UnionAllTest, AnInputWaitsOnDiskForThoseBefore) {
  Scheduler scheduler;
  Backlog backlog;
  NodeMeter meter;
  MemoryBudget memory(0);
  StageContext context{&scheduler, &backlog, &meter};
  const Batches input = MakeInput("x INT", {"[[1]]", "[[2]]"});
  const auto output = std::make_shared<Collector>(context);
  context.memory = &memory;
  context.spill = std::make_shared<SpillStore>(testing::TempDir());
  const auto inputs = UnionAll::Make(context, input.schema, 2, output);
  for (const int64_t number : {0, 1}) inputs[number]->SetNumPieces(1);
  inputs[1]->Push(0, input.batches[1]);
  inputs[1]->Complete(0);
  EXPECT_GT(context.spill->bytes_written(), 0);
  EXPECT_EQ(memory.num_bytes(), 0);
  inputs[0]->Push(0, input.batches[0]);
  inputs[0]->Complete(0);
  EXPECT_TRUE(scheduler.Run(1).ok());
  ExpectRows({input.schema, output->batches(), output->status()}, "[[1], [2]]");
}

TEST(UnionAllTest, TheFirstErrorInOrderIsReported) {
  Batches first = MakeInput("x INT", {"[[1]]"}), second = MakeInput("x INT", {"[[2]]"});
  second.status = Status::Invalid("second");
  EXPECT_EQ(United({first, second}).status.message(), "second");
  first.status = Status::Invalid("first");
  EXPECT_EQ(United({first, second}).status.message(), "first");
}

}  // namespace
}  // namespace tarn::local
