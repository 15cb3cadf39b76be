#include "local/aggregates/accumulator.h"

#include <gtest/gtest.h>

#include "plan/functions.h"

namespace tarn::local {
namespace {

TEST(Accumulator, EveryAggregateHasOne) {
  for (const auto& [name, function] : plan::ListFunctions()) {
    if (function->kind != plan::FunctionKind::kAggregate) continue;
    EXPECT_TRUE(Accumulator::Knows(*function)) << name;
  }
}

}  // namespace
}  // namespace tarn::local
