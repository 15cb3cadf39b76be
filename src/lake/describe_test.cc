#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lake/table_for_test.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::lake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const auto kDescribedSchema =
    arrow::schema({arrow::field("x", arrow::int32()), arrow::field("name", arrow::utf8()),
                   arrow::field("day", arrow::date32())});

class DescribeTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  void Write(const std::vector<std::string>& partition_by, const std::string& rows) {
    const auto lake = Lake::Open(storage::TestStorages(), folder_ / "l[a]ke").ValueOrDie();
    const auto transaction = lake->Begin("run").ValueOrDie();
    const auto writer =
        transaction
            ->NewTable({.name = "t", .schema = kDescribedSchema, .partition_by = partition_by})
            .ValueOrDie();
    ASSERT_TRUE(writer->Write(Batch(kDescribedSchema, rows)).ok());
    ASSERT_TRUE(writer->Close().ok());
    ASSERT_TRUE(transaction->Commit().ok());
  }

  storage::TemporaryFolder folder_;
  const std::string table_ = folder_ / "l[a]ke/t";
};

TEST_F(DescribeTest, PartitionColumnsComeLast) {
  Write({"day", "name"}, R"([[1,"b/c",17856],[2,"a",17857],[3,null,null]])");
  for (const std::string& path : {table_, table_ + "/", "file://" + table_}) {
    TableInfo info =
        DescribeTable(storage::TestStorages()->For("/").ValueOrDie().get(), path).ValueOrDie();
    EXPECT_EQ(info.path, path);
    EXPECT_EQ(info.schema->field(1)->type()->id(), arrow::Type::STRING);
    info = WithPartitionTypes(std::move(info), *kDescribedSchema);
    EXPECT_TRUE(info.schema->Equals(
        arrow::schema({arrow::field("x", arrow::int32()), arrow::field("day", arrow::date32()),
                       arrow::field("name", arrow::utf8())})))
        << info.schema->ToString();
    EXPECT_THAT(info.partition_by, ElementsAre("day", "name"));
    EXPECT_EQ(info.stats.num_rows, 3);
    EXPECT_EQ(info.stats.num_files, 3);
    EXPECT_EQ(info.stats.num_partitions, 3);
    EXPECT_GT(info.stats.num_bytes, 0);
    EXPECT_TRUE(
        ReadHead(storage::TestStorages()->For("/").ValueOrDie(), info, 10)
            .ValueOrDie()
            ->Equals(*Batch(info.schema, R"([[1,17856,"b/c"],[2,17857,"a"],[3,null,null]])")));
  }
}

TEST_F(DescribeTest, HeadIsInPathOrder) {
  Write({"name"}, R"([[1,"b",1],[2,"a",2],[3,"b",3],[4,"c",4]])");
  const TableInfo info =
      DescribeTable(storage::TestStorages()->For("/").ValueOrDie().get(), table_).ValueOrDie();
  EXPECT_TRUE(ReadHead(storage::TestStorages()->For("/").ValueOrDie(), info, 2)
                  .ValueOrDie()
                  ->Equals(*Batch(info.schema, R"([[2,2,"a"],[1,1,"b"]])")));
  EXPECT_EQ(
      ReadHead(storage::TestStorages()->For("/").ValueOrDie(), info, 0).ValueOrDie()->num_rows(),
      0);
}

TEST_F(DescribeTest, OneFile) {
  Write({}, R"([[1,"b",1]])");
  const std::string file = FileBelow(table_, FilesBelow(table_).at(0));
  const TableInfo info =
      DescribeTable(storage::TestStorages()->For("/").ValueOrDie().get(), file).ValueOrDie();
  EXPECT_TRUE(info.schema->Equals(kDescribedSchema));
  EXPECT_THAT(info.partition_by, IsEmpty());
  EXPECT_EQ(info.stats.num_partitions, 1);
  EXPECT_TRUE(ReadHead(storage::TestStorages()->For("/").ValueOrDie(), info, 9)
                  .ValueOrDie()
                  ->Equals(*Batch(kDescribedSchema, R"([[1,"b",1]])")));
}

TEST_F(DescribeTest, WhatIsNoTableIsBadInput) {
  const auto error = [&](const std::string& path) {
    const Status status =
        DescribeTable(storage::TestStorages()->For("/").ValueOrDie().get(), folder_ / path)
            .status();
    EXPECT_EQ(KindOf(status), ErrorKind::kBadInput) << status;
    return status.message();
  };
  EXPECT_THAT(error("missing"), HasSubstr("No Parquet files here"));
  folder_.Write("x/notes.txt", "x");
  EXPECT_THAT(error("x"), HasSubstr("No Parquet files here"));
  folder_.Write("y/a.parquet", "PAR1");
  EXPECT_THAT(error("y"), HasSubstr("Not a complete Parquet file (too short)"));
  folder_.Write("z/a.parquet", "PAR1 and so on");
  EXPECT_THAT(error("z"), HasSubstr("Not a complete Parquet file (its end is missing)"));
  folder_.Write("v/a.parquet", std::string("PAR1\xFF\xFF\xFF\x7FPAR1"));
  EXPECT_THAT(error("v"), HasSubstr("Not a complete Parquet file (wrong length)"));
  folder_.Write("w/a.parquet", std::string("PAR1\xFF\xFF\x04\x00\x00\x00PAR1", 14));
  EXPECT_THAT(error("w"), HasSubstr("Not a complete Parquet file"));
}

TEST_F(DescribeTest, MixedPartitioningIsBadInput) {
  Write({"name"}, R"([[1,"b",1]])");
  std::filesystem::copy_file(FileBelow(table_, FilesBelow(table_).at(0)), table_ + "/old.parquet");
  EXPECT_THAT(DescribeTable(storage::TestStorages()->For("/").ValueOrDie().get(), table_)
                  .status()
                  .message(),
              HasSubstr("The table's files are partitioned in different ways"));
}

}  // namespace
}  // namespace tarn::lake
