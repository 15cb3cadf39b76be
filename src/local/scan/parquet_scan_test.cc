#include "local/scan/parquet_scan.h"

#include <arrow/builder.h>
#include <arrow/compute/initialize.h>
#include <arrow/io/memory.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "lake/parquet_file.h"
#include "local/batch/encoding.h"
#include "local/scan/source_sample.h"
#include "pipeline/ddl.h"
#include "plan/build_expr.h"
#include "plan/known_functions.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::local {
namespace {

// A source of numbers from 0 on, and of texts: one of a few, and NULL for each third.
class ParquetScanTest : public testing::Test {
 protected:
  static constexpr int64_t kRows = 50'000;

  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  ParquetScanTest() {
    source_.name = "things";
    source_.format = pipeline::RecordFormat::kParquet;
    source_.schema = pipeline::ParseDdl("n BIGINT, s STRING").ValueOrDie();
    planned_.source = &source_;
    planned_.columns = {0, 1};
    planned_.schema = source_.schema;
    planned_.output = {0, 1};
  }

  static std::string TextOf(int64_t n) { return fmt::format("text {}", n % 10); }

  // A file of several row groups.
  void Add(const std::string& name, int64_t num_rows = kRows) {
    arrow::Int64Builder numbers;
    arrow::StringBuilder texts;
    for (int64_t n = 0; n < num_rows; ++n) {
      ASSERT_TRUE(numbers.Append(n).ok());
      ASSERT_TRUE((n % 3 == 0 ? texts.AppendNull() : texts.Append(TextOf(n))).ok());
    }
    const auto rows = arrow::RecordBatch::Make(
        source_.schema, num_rows, {numbers.Finish().ValueOrDie(), texts.Finish().ValueOrDie()});
    const auto format =
        lake::ParquetFormat::Make(source_.schema, lake::Codec::kSnappy, /*row_group_bytes=*/100'000)
            .ValueOrDie();
    auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
    const auto file = format->Open(sink).ValueOrDie();
    for (int64_t row = 0; row < num_rows; row += 5000) {
      ASSERT_TRUE(file->Write(*rows->Slice(row, 5000)).ok());
    }
    ASSERT_TRUE(file->Close().ok());
    const std::string content = sink->Finish().ValueOrDie()->ToString();
    folder_.Write(name, content);
    files_.push_back({folder_ / name, std::ssize(content)});
  }

  static plan::ExprPtr NLess(int64_t bound) {
    return plan::MakePredicate(plan::kLt,
                               {plan::MakeColumn(0, arrow::int64(), true),
                                plan::MakeLiteral(std::make_shared<arrow::Int64Scalar>(bound))});
  }

  // The first file's rows, in parts of so many bytes.
  std::vector<BatchPtr> Scan(int64_t part_bytes, bool has_codes) {
    lake::ReadCache cache(has_codes);
    const FileColumns columns(planned_, {});
    std::vector<BatchPtr> batches;
    const PartSink sink = [&](ScannedPart part) {
      if (part.batch != nullptr) batches.push_back(part.batch);
      return Status::OK();
    };
    ScanItem item;
    item.kind = ScanItem::Kind::kParquet;
    item.files = {files_[0]};
    for (; item.begin < files_[0].size_bytes; item.begin = item.end) {
      item.end = std::min(item.begin + part_bytes, files_[0].size_bytes);
      EXPECT_TRUE(ScanParquet(columns, storage_, item, &cache, sink).ok());
    }
    return batches;
  }

  std::optional<plan::SourceSample> Sample() { return SampleSource(planned_, files_, storage_); }

  storage::TemporaryFolder folder_;
  std::shared_ptr<storage::Storage> storage_ =
      storage::TestStorages()->For(folder_.path()).ValueOrDie();
  pipeline::Source source_;
  plan::SourcePlan planned_;
  std::vector<storage::ObjectInfo> files_;
};

TEST_F(ParquetScanTest, GivesTheSameRowsAsCodesAndInParts) {
  Add("a.parquet");
  planned_.filter = NLess(kRows - 7);
  for (const int64_t part_bytes : {files_[0].size_bytes, files_[0].size_bytes / 5}) {
    for (const bool has_codes : {false, true}) {
      int64_t n = 0;
      for (const BatchPtr& rows : Scan(part_bytes, has_codes)) {
        EXPECT_EQ(HasDictionary(*rows), has_codes);
        const BatchPtr flat = FlattenBatch(rows).ValueOrDie();
        const auto& numbers = static_cast<const arrow::Int64Array&>(*flat->column(0));
        const auto& texts = static_cast<const arrow::StringArray&>(*flat->column(1));
        for (int64_t row = 0; row < flat->num_rows(); ++row, ++n) {
          ASSERT_EQ(numbers.Value(row), n);
          ASSERT_EQ(texts.IsNull(row), n % 3 == 0);
          if (n % 3 != 0) {
            ASSERT_EQ(texts.GetString(row), TextOf(n));
          }
        }
      }
      EXPECT_EQ(n, kRows - 7);
    }
  }
}

TEST_F(ParquetScanTest, SamplesRecordsFromSeveralPlaces) {
  Add("a.parquet");
  const auto sample = Sample(), again = Sample();
  ASSERT_TRUE(sample.has_value() && again.has_value());
  EXPECT_GT(sample->num_records, 4096);
  EXPECT_LT(sample->num_records, kRows);
  EXPECT_EQ(sample->num_rows, sample->num_records);
  EXPECT_EQ(again->num_records, sample->num_records);
  // As many bytes for each as all have.
  const auto all = static_cast<double>(files_[0].size_bytes) / kRows;
  EXPECT_NEAR(static_cast<double>(sample->num_file_bytes),
              all * static_cast<double>(sample->num_records), 1);
  plan::Scan scan;
  scan.source = 0;
  scan.columns = {0};
  EXPECT_EQ(sample->count(scan, NLess(0)), 0);
  EXPECT_EQ(sample->count(scan, NLess(100)), 100);
  EXPECT_EQ(sample->count(scan, NLess(kRows)), sample->num_records);
}

// Also where the bounds of row groups say that in most of them none passes.
TEST_F(ParquetScanTest, SamplesWhatPassesTheFilter) {
  Add("a.parquet");
  planned_.filter = NLess(100);
  const auto sample = Sample();
  ASSERT_TRUE(sample.has_value());
  EXPECT_GT(sample->num_records, 4096);
  EXPECT_EQ(sample->num_rows, 100);
}

TEST_F(ParquetScanTest, WhatCannotBeReadHasNoSample) {
  EXPECT_FALSE(Sample().has_value());
  folder_.Write("bad.parquet", "no Parquet");
  files_.push_back({folder_ / "bad.parquet", 10});
  EXPECT_FALSE(Sample().has_value());
}

}  // namespace
}  // namespace tarn::local
