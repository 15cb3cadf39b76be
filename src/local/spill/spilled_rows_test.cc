#include "local/spill/spilled_rows.h"

#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"
#include "local/batch/gather.h"

namespace tarn::local {
namespace {

TEST(SpilledRowsTest, KeepTheirOrderWhateverTheirSizes) {
  SpillStore store(testing::TempDir());
  std::string rows = "[";
  for (int i = 0; i < 3000; ++i) {
    rows += (i > 0 ? "," : "") + std::string("[") + std::to_string(i) + ",\"" +
            std::string(i % 300, 'x') + "\"]";
  }
  const BatchPtr all = MakeBatch("a INT, s STRING", rows + "]");
  SpilledRows spilled(all->schema(), &store);
  // Parts of a row, of some, and of more than is written at once.
  int64_t begin = 0;
  for (const int64_t length : {1, 2, 1900, 0, 7, 1, 1089}) {
    ASSERT_TRUE(spilled.Append(all->Slice(begin, length)).ok());
    begin += length;
  }
  ASSERT_EQ(begin, all->num_rows());
  ASSERT_TRUE(spilled.Flush().ok());
  EXPECT_EQ(spilled.num_rows(), all->num_rows());
  EXPECT_GT(spilled.num_batches(), 1);
  EXPECT_EQ(spilled.pending_bytes(), 0);
  SpilledReader reader(std::move(spilled));
  std::vector<BatchPtr> batches;
  while (BatchPtr batch = reader.Next().ValueOrDie()) batches.push_back(std::move(batch));
  EXPECT_TRUE((*Concatenate(all->schema(), batches))->Equals(*all));
}

}  // namespace
}  // namespace tarn::local
