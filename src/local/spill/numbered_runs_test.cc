#include "local/spill/numbered_runs.h"

#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"
#include "local/batch/gather.h"

namespace tarn::local {
namespace {

TEST(NumberedRunsTest, ComeInTheOrderOfNumbers) {
  SpillStore store(testing::TempDir());
  const auto rows = [](const std::string& text) { return MakeBatch("a STRING", text); };
  NumberedRuns runs(rows("[]")->schema(), &store, GoOn);
  const std::vector<int64_t> numbers = {7, 300}, others = {8, 9};
  ASSERT_TRUE(runs.AddFirst(rows(R"([["z"], ["y"]])")).ok());
  ASSERT_TRUE(runs.Add(rows(R"([["c"], ["f"]])"), numbers).ok());
  ASSERT_TRUE(runs.Add(rows("[]"), {}).ok());
  ASSERT_TRUE(runs.Add(rows(R"([["d"], ["e"]])"), others).ok());
  std::vector<BatchPtr> batches;
  while (BatchPtr batch = runs.Next().ValueOrDie()) batches.push_back(std::move(batch));
  const BatchPtr wanted = rows(R"([["z"], ["y"], ["c"], ["d"], ["e"], ["f"]])");
  EXPECT_TRUE((*Concatenate(wanted->schema(), batches))->Equals(*wanted));
}

}  // namespace
}  // namespace tarn::local
