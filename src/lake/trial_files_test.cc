#include "lake/trial_files.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lake/table_for_test.h"
#include "lake/table_writer.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::lake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class TrialFilesTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  static TableSpec Spec() {
    TableSpec spec;
    spec.name = "t";
    spec.schema =
        arrow::schema({arrow::field("day", arrow::int32()), arrow::field("level", arrow::utf8()),
                       arrow::field("tags", arrow::list(arrow::utf8()))});
    return spec;
  }

  static TableStats Write(TableWriter* writer, const std::string& rows) {
    const Status status = writer->Write(Batch(Spec().schema, rows));
    EXPECT_TRUE(status.ok()) << status;
    return writer->Close().ValueOrDie();
  }

  static std::string ManyRows() {
    std::string rows;
    for (int i = 0; i < 100; ++i) rows += R"([1, "free", ["a"]], )";
    return "[" + rows + R"([2, "paid", []]])";
  }
};

TEST_F(TrialFilesTest, AreAsLargeAsThoseThatAreStored) {
  TableSpec spec = Spec();
  spec.partition_by = {"day"};
  const storage::TemporaryFolder folder;
  const auto lake = Lake::Open(storage::TestStorages(), folder.path()).ValueOrDie();
  const auto transaction = lake->Begin("run").ValueOrDie();
  const TableStats stored = Write(transaction->NewTable(spec).ValueOrDie().get(), ManyRows());
  const auto files = std::make_shared<TrialFiles>();
  const TableStats tried = Write(MakeTableWriter(spec, files).ValueOrDie().get(), ManyRows());
  EXPECT_EQ(tried.num_rows, 101);
  EXPECT_EQ(tried.num_files, 2);
  EXPECT_EQ(tried.num_partitions, 2);
  EXPECT_EQ(tried.num_bytes, stored.num_bytes);
}

TEST_F(TrialFilesTest, KnowTheColumnsOfTheLargest) {
  TableSpec spec = Spec();
  spec.partition_by = {"day"};
  const auto files = std::make_shared<TrialFiles>();
  Write(MakeTableWriter(spec, files).ValueOrDie().get(), ManyRows());
  const std::vector<StoredColumn> columns = files->columns();
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(columns[0].name, "level");
  EXPECT_THAT(columns[0].encodings, ElementsAre("RLE_DICTIONARY"));
  EXPECT_GT(columns[0].num_bytes, 0);
  EXPECT_EQ(columns[1].name, "tags.list.element");
}

TEST_F(TrialFilesTest, OfAFewRowsThereIsNoDictionary) {
  TableSpec spec = Spec();
  spec.schema = arrow::schema({spec.schema->field(0)});
  const auto files = std::make_shared<TrialFiles>();
  const auto writer = MakeTableWriter(spec, files).ValueOrDie();
  ASSERT_TRUE(writer->Write(Batch(spec.schema, "[[1]]")).ok());
  ASSERT_TRUE(writer->Close().ok());
  ASSERT_EQ(files->columns().size(), 1u);
  EXPECT_THAT(files->columns()[0].encodings, ElementsAre("PLAIN"));
}

TEST_F(TrialFilesTest, WhatIsNoParquetHasNoColumns) {
  TrialFiles files;
  EXPECT_THAT(files.columns(), IsEmpty());
  for (const std::string& text : {std::string("short"), std::string(100, '\xff')}) {
    const auto file = files.NewFile(0, "", "").ValueOrDie();
    ASSERT_TRUE(file->Write(text).ok());
    ASSERT_TRUE(file->Close().ok());
    EXPECT_THAT(files.columns(), IsEmpty());
  }
}

}  // namespace
}  // namespace tarn::lake
