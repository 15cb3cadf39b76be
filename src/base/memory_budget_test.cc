#include "base/memory_budget.h"

#include <gtest/gtest.h>

namespace tarn {
namespace {

TEST(MemoryBudgetTest, AsksThoseThatHoldTheMost) {
  MemoryBudget budget(100);
  MemoryBudget of_large = MemoryBudget::PartOf(&budget);
  MemoryGrant large(&of_large), small(&budget);
  large.Set(100);
  EXPECT_FALSE(large.has_to_shrink());
  small.Set(10);
  EXPECT_EQ(budget.num_bytes(), 110);
  EXPECT_TRUE(large.has_to_shrink());
  EXPECT_FALSE(small.has_to_shrink());
  small.Set(30);
  EXPECT_TRUE(small.has_to_shrink());
  large.Set(0);
  EXPECT_FALSE(small.has_to_shrink());
  EXPECT_EQ(budget.peak_bytes(), 130);
  EXPECT_EQ(of_large.peak_bytes(), 100);
}

TEST(MemoryBudgetTest, WithoutMemoryAllThatIsHeldIsTooMuch) {
  MemoryBudget budget(0);
  MemoryGrant grant(&budget);
  EXPECT_FALSE(grant.has_to_shrink());
  grant.Set(1);
  EXPECT_TRUE(grant.has_to_shrink());
}

TEST(MemoryBudgetTest, GivesBackWhatGoes) {
  MemoryBudget budget;
  {
    MemoryGrant grant(&budget);
    grant.Set(int64_t{1} << 40);
    EXPECT_FALSE(grant.has_to_shrink());
  }
  EXPECT_EQ(budget.num_bytes(), 0);
  MemoryGrant unlimited(nullptr);
  unlimited.Set(1);
  EXPECT_FALSE(unlimited.has_to_shrink());
}

TEST(MemoryBudgetTest, APartIsCountedByItselfAndInTheWhole) {
  MemoryBudget whole(100);
  MemoryBudget part = MemoryBudget::PartOf(&whole);
  MemoryGrant first(&part), second(&part), other(&whole);
  first.Set(40);
  second.Set(30);
  EXPECT_FALSE(first.has_to_shrink());
  other.Set(50);
  EXPECT_TRUE(first.has_to_shrink());
  second.Set(0);
  first.Set(60);
  EXPECT_EQ(part.bytes_max(), 100);
  EXPECT_EQ(part.num_bytes(), 60);
  EXPECT_EQ(part.peak_bytes(), 70);
  EXPECT_EQ(whole.num_bytes(), 110);
  EXPECT_EQ(whole.peak_bytes(), 120);

  MemoryBudget unlimited = MemoryBudget::PartOf(nullptr);
  MemoryGrant grant(&unlimited);
  grant.Set(int64_t{1} << 40);
  EXPECT_FALSE(grant.has_to_shrink());
  EXPECT_EQ(unlimited.peak_bytes(), int64_t{1} << 40);
}

}  // namespace
}  // namespace tarn
