#include "local/scan/source_sample.h"

#include <arrow/compute/initialize.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "input/compress_for_test.h"
#include "pipeline/ddl.h"
#include "plan/build_expr.h"
#include "plan/functions.h"
#include "plan/known_functions.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::local {
namespace {

class SourceSampleTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  SourceSampleTest() {
    source_.name = "things";
    source_.schema = pipeline::ParseDdl("n BIGINT, s STRING").ValueOrDie();
    planned_.source = &source_;
    planned_.columns = {0, 1};
    planned_.schema = source_.schema;
    planned_.output = {1, 0};
  }

  void Add(const std::string& name, const std::string& content) {
    folder_.Write(name, content);
    files_.push_back({folder_ / name, static_cast<int64_t>(content.size())});
  }

  // Records from `first` on, each of 50 bytes with its line end.
  static std::string Lines(int64_t first, int64_t count) {
    std::string text;
    for (int64_t i = first; i < first + count; ++i) {
      text += fmt::format("{{\"n\":{},\"s\":\"{:.<{}}\"}}\n", i % 10, i, 35);
    }
    return text;
  }

  std::optional<plan::SourceSample> Sample() const {
    return SampleSource(planned_, files_, storage_);
  }

  plan::ExprPtr NLess(int64_t bound) const {
    return plan::MakePredicate(plan::kLt,
                               {plan::MakeColumn(*source_.schema, 0),
                                plan::MakeLiteral(std::make_shared<arrow::Int64Scalar>(bound))});
  }

  storage::TemporaryFolder folder_;
  std::shared_ptr<storage::Storage> storage_ =
      storage::TestStorages()->For(folder_.path()).ValueOrDie();
  pipeline::Source source_;
  plan::SourcePlan planned_;
  std::vector<storage::ObjectInfo> files_;
};

TEST_F(SourceSampleTest, SmallFilesAreReadWhole) {
  Add("a.json", Lines(0, 30));
  Add("b.json", "");
  Add("c.json", Lines(30, 10));
  planned_.filter = NLess(5);
  const auto sample = Sample();
  ASSERT_TRUE(sample.has_value());
  EXPECT_EQ(sample->num_records, 40);
  EXPECT_EQ(sample->num_rows, 20);
  EXPECT_EQ(sample->num_file_bytes, 40 * 50);
  plan::Scan scan;
  scan.source = 0;
  scan.columns = {0};
  const auto of_scan = [&](int64_t bound) {
    return plan::MakePredicate(plan::kLt,
                               {plan::MakeColumn(0, arrow::int64(), true),
                                plan::MakeLiteral(std::make_shared<arrow::Int64Scalar>(bound))});
  };
  EXPECT_EQ(sample->count(scan, of_scan(2)), 8);
  EXPECT_EQ(sample->count(scan, of_scan(100)), 20);
}

// From its beginning and from three places in it, and the same ones again.
TEST_F(SourceSampleTest, OfOneLargeFileSeveralPlaces) {
  Add("a.json", Lines(0, 100'000));
  const auto sample = Sample(), again = Sample();
  ASSERT_TRUE(sample.has_value() && again.has_value());
  EXPECT_NEAR(static_cast<double>(sample->num_records), 4 * 65536 / 50, 10);
  EXPECT_EQ(sample->num_file_bytes, sample->num_records * 50);
  EXPECT_EQ(again->num_records, sample->num_records);
}

TEST_F(SourceSampleTest, OfManyFilesFour) {
  for (int i = 0; i < 9; ++i) Add(fmt::format("{}.json", i), Lines(i, 100));
  EXPECT_EQ(Sample()->num_records, 400);
}

TEST_F(SourceSampleTest, RecordsOverSeveralLines) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += fmt::format("{{\n \"n\": {}\n}}\n", i % 10);
  Add("a.json", text);
  const auto sample = Sample();
  ASSERT_TRUE(sample.has_value());
  EXPECT_NEAR(static_cast<double>(sample->num_records), 65536. / 12, 3);
  EXPECT_NEAR(static_cast<double>(sample->num_file_bytes),
              static_cast<double>(sample->num_records) * 12, 30);
}

TEST_F(SourceSampleTest, CompressedFilesByWhatIsStored) {
  Add("a.json.gz", input::Compress(arrow::Compression::GZIP, Lines(0, 200)));
  const auto sample = Sample();
  ASSERT_TRUE(sample.has_value());
  EXPECT_EQ(sample->num_records, 200);
  EXPECT_EQ(sample->num_file_bytes, files_[0].size_bytes);
}

// The run says what is wrong, not the sample.
TEST_F(SourceSampleTest, WhatCannotBeReadIsLeftOut) {
  EXPECT_FALSE(Sample().has_value());
  Add("a.json", Lines(0, 20));
  files_.push_back({folder_ / "gone.json", 100});
  Add("b.json.gz", std::string("PK\3\4 and more"));
  EXPECT_EQ(Sample()->num_records, 20);
}

// What fails for a row says nothing, nor does what depends on the time.
TEST_F(SourceSampleTest, ConditionsThatAreNotCounted) {
  Add("a.json", Lines(0, 20));
  const auto sample = Sample();
  plan::Scan scan;
  scan.columns = {1};
  const plan::ExprPtr text = plan::MakeColumn(0, arrow::utf8(), true);
  const plan::ExprPtr today =
      plan::MakeCall(*plan::FindFunction("current_date"), arrow::date32(), false, {});
  const plan::ExprPtr seven = plan::MakeLiteral(std::make_shared<arrow::Int32Scalar>(7));
  EXPECT_EQ(sample->count(
                scan, plan::MakePredicate(plan::kEq, {plan::CastTo(text, arrow::int32()), seven})),
            std::nullopt);
  EXPECT_EQ(sample->count(scan, plan::MakePredicate(plan::kLt, {today, today})), std::nullopt);
  EXPECT_EQ(sample->count(scan, plan::MakePredicate(plan::kEq, {text, text})), 20);
}

}  // namespace
}  // namespace tarn::local
