#include "local/aggregates/accumulator.h"

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include "plan/build_expr.h"
#include "plan/functions.h"

namespace tarn::local {
namespace {

TEST(Accumulator, EveryAggregateHasOne) {
  for (const auto& [name, function] : plan::ListFunctions()) {
    if (function->kind != plan::FunctionKind::kAggregate) continue;
    EXPECT_TRUE(Accumulator::Knows(*function)) << name;
  }
}

// Of one text for each of many groups.
GroupedRows RowsOfTexts(uint32_t num_groups, size_t length) {
  arrow::StringBuilder texts;
  arrow::UInt32Builder groups;
  for (uint32_t group = 0; group < num_groups; ++group) {
    EXPECT_TRUE(texts.Append(std::string(length, 'x')).ok());
    EXPECT_TRUE(groups.Append(group).ok());
  }
  GroupedRows rows;
  rows.args = {texts.Finish().ValueOrDie()};
  rows.groups = std::static_pointer_cast<arrow::UInt32Array>(groups.Finish().ValueOrDie());
  rows.num_groups = num_groups;
  return rows;
}

TEST(Accumulator, AnswersForTheTextsThatItHolds) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  for (const char* function : {"min", "max", "any_value", "max_by"}) {
    plan::AggregateCall call;
    call.function = plan::FindFunction(function);
    call.type = arrow::utf8();
    call.args = {plan::MakeColumn(0, arrow::utf8(), true)};
    const auto accumulator = Accumulator::Make(call, {}).ValueOrDie();
    ASSERT_TRUE(accumulator->Consume(RowsOfTexts(1000, 100)).ok());
    EXPECT_GT(accumulator->num_bytes(), 100'000) << function;
    ASSERT_TRUE(accumulator->Consume(RowsOfTexts(2000, 10'000)).ok());
    EXPECT_GT(accumulator->num_bytes(), 10'000'000) << function;
    EXPECT_EQ(accumulator->Finish(2000).ValueOrDie()->length(), 2000);
  }
}

TEST(Accumulator, AGroupMayBeginAsACopyOfAnother) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  for (const char* function : {"min", "max", "max_by", "any_value", "count"}) {
    plan::AggregateCall call;
    call.function = plan::FindFunction(function);
    call.type = std::string_view(function) == "count" ? arrow::int64() : arrow::utf8();
    call.args = {plan::MakeColumn(0, arrow::utf8(), true)};
    const auto accumulator = Accumulator::Make(call, {}).ValueOrDie();
    ASSERT_TRUE(accumulator->Consume(RowsOfTexts(2, 3)).ok());
    ASSERT_TRUE(accumulator->CopyGroup(1, 2)) << function;
    GroupedRows more = RowsOfTexts(1, 3);
    more.num_groups = 3;
    ASSERT_TRUE(accumulator->Consume(more).ok());
    const auto values = accumulator->Finish(4).ValueOrDie();
    EXPECT_TRUE(values->GetScalar(1).ValueOrDie()->Equals(*values->GetScalar(2).ValueOrDie()))
        << function;
    // Of the one that was copied nothing has changed; one without rows has none.
    EXPECT_EQ(values->IsNull(3), std::string_view(function) != "count") << function;
  }
}

TEST(Accumulator, WhatADistinctOneHoldsCanBeWrittenToDisk) {
  ASSERT_TRUE(arrow::compute::Initialize().ok());
  MemoryBudget memory(1 << 20);
  SpillStore store(testing::TempDir());
  plan::AggregateCall call;
  call.function = plan::FindFunction("count");
  call.type = arrow::int64();
  call.args = {plan::MakeColumn(0, arrow::utf8(), true)};
  call.distinct = true;
  const auto accumulator = Accumulator::Make(call, {&memory, &store}).ValueOrDie();
  for (size_t length = 1; length < 300; ++length) {
    ASSERT_TRUE(accumulator->Consume(RowsOfTexts(200, length)).ok());
  }
  EXPECT_LT(memory.peak_bytes(), 12 << 20);  // with what waits for being written
  EXPECT_GT(store.bytes_written(), 0);
  int64_t num_consumed = 0;
  ASSERT_TRUE(accumulator->ConsumeRest(200, &num_consumed).ok());
  const auto counts = accumulator->Finish(200).ValueOrDie();
  EXPECT_EQ(memory.num_bytes(), 0);
  for (int64_t group = 0; group < 200; ++group) {
    EXPECT_EQ(static_cast<const arrow::Int64Array&>(*counts).Value(group), 299);
  }
}

}  // namespace
}  // namespace tarn::local
