// Which files a sample takes, and how much of them.
#include "infer/sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::infer {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

Sample Choose(size_t num_files, int64_t size_bytes, const Extent& extent) {
  std::vector<storage::ObjectInfo> files(num_files);
  for (auto& file : files) file.size_bytes = size_bytes;
  return ChooseSample(files, extent);
}

TEST(SampleTest, WholeTakesAll) {
  const Sample sample = Choose(5000, 1 << 30, {.whole = true});
  EXPECT_THAT(sample.files, SizeIs(5000));
  EXPECT_EQ(sample.num_bytes_per_file, Sample::kAll);
  EXPECT_EQ(sample.num_records_per_file, Sample::kAll);
}

TEST(SampleTest, TheDefaultIsBounded) {
  const Sample small = Choose(30, 50'000, {});
  EXPECT_THAT(small.files, SizeIs(30));
  EXPECT_GT(small.num_bytes_per_file, 50'000);
  const Sample large = Choose(500, 1 << 30, {});
  EXPECT_THAT(large.files, SizeIs(64));
  EXPECT_EQ(large.num_bytes_per_file, 1 << 20);
  EXPECT_EQ(large.files.front(), 0);
  EXPECT_EQ(large.files.back(), 499);
  const Sample tiny = Choose(1'000'000, 200, {});
  EXPECT_THAT(tiny.files, SizeIs(1000));
  const Sample one = Choose(1, int64_t{1} << 40, {});
  EXPECT_THAT(one.files, ElementsAre(0));
  EXPECT_EQ(one.num_bytes_per_file, 64 << 20);
}

TEST(SampleTest, SomeRecords) {
  const Sample few = Choose(1000, 1 << 20, {.num_records = 4});
  EXPECT_THAT(few.files, ElementsAre(0, 333, 666, 999));
  EXPECT_EQ(few.num_records_per_file, 1);
  const Sample many = Choose(3, 1 << 20, {.num_records = 1000});
  EXPECT_THAT(many.files, ElementsAre(0, 1, 2));
  EXPECT_EQ(many.num_records_per_file, 334);
  EXPECT_EQ(many.num_bytes_per_file, Sample::kAll);
  EXPECT_THAT(Choose(1000, 1, {.num_records = 1}).files, ElementsAre(0));
}

TEST(SampleTest, AShareOfTheBytes) {
  const Sample large = Choose(1000, 1000, {.share = 0.1});
  EXPECT_THAT(large.files, SizeIs(100));
  EXPECT_EQ(large.num_bytes_per_file, 1000);
  const Sample one = Choose(1, 1 << 30, {.share = 0.25});
  EXPECT_EQ(one.num_bytes_per_file, 1 << 28);
  EXPECT_THAT(Choose(50, 1000, {.share = 1.0}).files, SizeIs(50));
}

TEST(SampleTest, EmptyFiles) {
  EXPECT_THAT(Choose(3, 0, {}).files, SizeIs(3));
  EXPECT_THAT(Choose(3, 0, {.share = 0.5}).files, SizeIs(3));
  EXPECT_THAT(Choose(0, 0, {}).files, SizeIs(0));
}

}  // namespace
}  // namespace tarn::infer
