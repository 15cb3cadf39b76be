#include "local/memory_shares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lake/lake.h"
#include "system/machine.h"

namespace tarn::local {
namespace {

using testing::HasSubstr;

TEST(MemorySharesTest, StayBelowTheMemory) {
  for (const int64_t memory : {int64_t{0}, int64_t{1} << 20, int64_t{1} << 28, int64_t{1} << 30}) {
    for (const int num_tables : {0, 1, 5}) {
      const MemoryShares shares = ShareMemory(memory, {.num_gathering = num_tables});
      // What is gathered counts twice; it and the backlog have a least size.
      const int64_t sum = shares.operators + shares.backlog + shares.uploads +
                          2 * num_tables * shares.gathered_per_table;
      EXPECT_LE(sum, memory + (int64_t{num_tables} << 21) + (1 << 20))
          << memory << ", " << num_tables;
    }
  }
}

TEST(MemorySharesTest, OfALargeMachineAreAsWithoutALimit) {
  const MemoryShares shares =
      ShareMemory(int64_t{64} << 30, {.num_gathering = 5, .num_streaming = 50});
  EXPECT_EQ(shares.gathered_per_table, 256 << 20);
  EXPECT_GT(shares.row_group_per_table, lake::TableSpec().row_group_bytes);
  EXPECT_GT(shares.uploads, 512 << 20);
  EXPECT_EQ(shares.backlog, 256 << 20);
  EXPECT_GT(shares.operators, int64_t{30} << 30);
}

TEST(MemorySharesTest, RowGroupsTakeHalfOfTheOperatorsShareAtMost) {
  for (const int num_tables : {1, 2, 7}) {
    const MemoryShares shares = ShareMemory(1 << 30, {.num_streaming = num_tables});
    EXPECT_LE(num_tables * shares.row_group_per_table, shares.operators / 2);
    EXPECT_GT((num_tables + 1) * shares.row_group_per_table, shares.operators / 2);
  }
  EXPECT_EQ(ShareMemory(0, {.num_streaming = 3}).row_group_per_table, 1 << 20);
}

TEST(MemorySharesTest, TakeTheLimitOrThreeQuartersOfTheMachine) {
  EXPECT_EQ(MemoryOf({.memory_bytes = 5}), 5);
  EXPECT_EQ(MemoryOf({}), ThisMachine().memory_bytes / 4 * 3);
}

TEST(SpillFolderTest, MustBeThere) {
  EXPECT_EQ(SpillFolderOf({.spill_dir = testing::TempDir()}).ValueOrDie(), testing::TempDir());
  const Status status = SpillFolderOf({.spill_dir = "/no/such/folder"}).status();
  EXPECT_EQ(KindOf(status), ErrorKind::kFailed);
  EXPECT_THAT(status.message(), HasSubstr("run.spill_dir"));
  EXPECT_THAT(status.message(), HasSubstr("/no/such/folder: No such file or directory"));
}

}  // namespace
}  // namespace tarn::local
