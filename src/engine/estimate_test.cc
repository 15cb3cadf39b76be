#include "engine/estimate.h"

#include <gtest/gtest.h>

#include "plan/pipeline_for_test.h"

namespace tarn::engine {
namespace {

constexpr int64_t kGigabyte = 1'000'000'000;

InputSize SizeOfFiles(int64_t num_files, int64_t num_bytes) {
  return {num_files, num_bytes, num_bytes};
}

int64_t MemoryOf(const plan::TestPipeline& pipeline, const std::vector<int64_t>& bytes) {
  const auto plan = plan::Bind(pipeline.get(), {}).ValueOrDie();
  std::vector<InputSize> sizes;
  for (const int64_t num_bytes : bytes) sizes.push_back(SizeOfFiles(1, num_bytes));
  return LocalMemory(*plan, sizes);
}

int64_t MemoryOf(const std::string& sql, int64_t num_bytes) {
  plan::TestPipeline pipeline;
  pipeline.Source("events", "a BIGINT, b STRING, c STRING, d STRING").Table("t", sql);
  return MemoryOf(pipeline, {num_bytes});
}

TEST(SizeOfTest, TextOfCompressedFilesIsLonger) {
  storage::Listing listing;
  listing.files = {{"/a/1.json", 100}, {"/a/2.json.gz", 100}, {"/a/3.zst", 100}};
  const InputSize size = SizeOf(listing);
  EXPECT_EQ(size.num_files, 3);
  EXPECT_EQ(size.num_bytes, 300);
  EXPECT_EQ(size.num_text_bytes, 100 + 2 * 900);
}

TEST(LocalMemoryTest, RowsThatPassByTakeNone) {
  EXPECT_EQ(MemoryOf("SELECT a, b FROM events WHERE c = 'x'", 1000 * kGigabyte),
            MemoryOf("SELECT a, b FROM events WHERE c = 'x'", kGigabyte));
  EXPECT_EQ(MemoryOf("SELECT count(*) AS n, max(b) AS b FROM events", 1000 * kGigabyte),
            MemoryOf("SELECT count(*) AS n, max(b) AS b FROM events", kGigabyte));
}

TEST(LocalMemoryTest, KeysTakeTheShareOfTheirColumns) {
  const int64_t passing = MemoryOf("SELECT a FROM events", 8 * kGigabyte);
  EXPECT_EQ(MemoryOf("SELECT DISTINCT a FROM events", 8 * kGigabyte) - passing, 2 * kGigabyte);
  EXPECT_EQ(MemoryOf("SELECT a, b FROM events ORDER BY a", 8 * kGigabyte) - passing, 4 * kGigabyte);
}

TEST(LocalMemoryTest, JoinsKeepTheirRightSide) {
  const auto memory = [](int64_t left, int64_t right) {
    plan::TestPipeline pipeline;
    pipeline.Source("events", "a BIGINT, b STRING").Source("names", "a BIGINT, n STRING");
    pipeline.Table("t", "SELECT e.b, n.n FROM events e LEFT JOIN names n ON e.a = n.a");
    return MemoryOf(pipeline, {left, right});
  };
  EXPECT_EQ(memory(1000 * kGigabyte, kGigabyte), memory(kGigabyte, kGigabyte));
  EXPECT_EQ(memory(kGigabyte, 5 * kGigabyte) - memory(kGigabyte, kGigabyte), 4 * kGigabyte);
}

TEST(LocalMemoryTest, TablesInPartitionsGatherRowsUpToALimit) {
  const auto memory = [](int64_t num_bytes) {
    plan::TestPipeline pipeline;
    pipeline.Source("events", "a BIGINT, b STRING").Table("t", "SELECT a, b FROM events");
    pipeline.last().partition_by = {"b"};
    return MemoryOf(pipeline, {num_bytes});
  };
  EXPECT_LT(memory(1'000'000), memory(kGigabyte));
  EXPECT_EQ(memory(kGigabyte), memory(1000 * kGigabyte));
  // Of 2 million events in an order, all 18 columns: 720 MB were measured.
  EXPECT_GT(memory(kGigabyte), 600'000'000);
  EXPECT_LT(memory(kGigabyte), 900'000'000);
}

// One row for each 200 bytes of text, and for each file.
TEST(NumPartitionsTest, FromOneToAsManyAsThereMayBeRows) {
  plan::TestPipeline pipeline;
  pipeline.Source("events", "a STRING, y INT, m INT");
  pipeline.Table("flat", "SELECT a, y FROM events");
  pipeline.Table("by_month", "SELECT a, y, m FROM events").last().partition_by = {"y"};
  pipeline.Table("by_name", "SELECT a, y FROM events").last().partition_by = {"a"};
  const auto plan = plan::Bind(pipeline.get(), {}).ValueOrDie();
  const Range unknown = NumPartitions(*plan, {SizeOfFiles(10, 200'000)}, {});
  EXPECT_EQ(unknown.least, 3);
  EXPECT_EQ(unknown.most, 1 + 400 + 1000);
  EXPECT_EQ(NumPartitions(*plan, {SizeOfFiles(5000, 200'000)}, {}).most, 1 + 400 + 5000);
  // In the order of the plan, which is that of the names.
  const Range known = NumPartitions(*plan, {SizeOfFiles(10, 200'000)}, {12, 700, 1});
  EXPECT_EQ(known.least, 713);
  EXPECT_EQ(known.most, 713);
}

// Measured on two cores with nothing beside it: docs/adr/0014.
TEST(EstimateTest, SparksTimeGrowsWithThePartitions) {
  const SparkPlace here{2, false, false};
  const Range none = SparkSecondsWriting(SizeOfFiles(30, kGigabyte), {1, 1}, here);
  EXPECT_GT(none.least, SparkSeconds(SizeOfFiles(30, kGigabyte), here));
  const Range songs = SparkSecondsWriting(SizeOfFiles(15'030, 240'000'000), {15'000, 15'000}, here);
  EXPECT_LT(songs.least, 276);
  EXPECT_GT(songs.most, 276);
}

TEST(EstimateTest, ClustersPayForLargeInput) {
  const SparkPlace cluster{32, true, false};
  const InputSize small = SizeOfFiles(30, kGigabyte / 10);
  const InputSize large = SizeOfFiles(30'000, 100 * kGigabyte);
  EXPECT_LT(LocalSeconds(small, 2), SparkSeconds(small, cluster));
  EXPECT_GT(LocalSeconds(large, 2), SparkSeconds(large, cluster));
  EXPECT_LT(SparkSeconds(large, cluster), SparkSeconds(large, {32, true, true}));
}

TEST(EstimateTest, AtTheCrossoverBothTakeTheSameTime) {
  const SparkPlace cluster{32, true, true};
  const InputSize input = SizeOfFiles(30, 3 * kGigabyte);
  const double factor = Crossover(input, 2, cluster).value();
  const InputSize there =
      SizeOfFiles(std::lround(30 * factor), std::lround(3 * kGigabyte * factor));
  EXPECT_NEAR(LocalSeconds(there, 2), SparkSeconds(there, cluster), 1);
}

TEST(EstimateTest, SparkOnAsManyCoresIsNeverTheFasterOne) {
  EXPECT_EQ(Crossover(SizeOfFiles(30, kGigabyte), 8, {8, false, false}), std::nullopt);
}

}  // namespace
}  // namespace tarn::engine
