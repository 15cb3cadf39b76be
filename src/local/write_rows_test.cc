#include "local/write_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::local {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class WriteRowsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_.Write("tarn.toml",
                  "[lake]\ninput = 'raw'\noutput = 'lake'\n"
                  "[source.raw]\npath = '*.json'\nschema = 'id INT, city STRING'\n"
                  "[table.visits]\npartition_by = ['city']\nkey = ['id']\nchecks = ['id > 0']\n");
    folder_.Write("visits.sql", "SELECT id, city FROM raw");
    pipeline_ = pipeline::Load(folder_.path(), {}).ValueOrDie();
    plan_ = plan::Bind(*pipeline_, {}).ValueOrDie();
    lake_ = lake::Lake::Open(storage::TestStorages(), pipeline_->output).ValueOrDie();
    transaction_ = lake_->Begin("run").ValueOrDie();
  }

  Result<std::vector<run::BrokenRule>> Write(const std::vector<std::string>& batches) {
    std::vector<BatchPtr> rows;
    for (const std::string& batch : batches) {
      rows.push_back(MakeBatch("id INT, city STRING", batch));
    }
    return WriteRows(*plan_, 0, std::move(rows), transaction_.get(), {});
  }

  storage::TemporaryFolder folder_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<plan::Plan> plan_;
  std::unique_ptr<lake::Lake> lake_;
  std::unique_ptr<lake::Transaction> transaction_;
};

TEST_F(WriteRowsTest, WritesPartitions) {
  EXPECT_THAT(Write({R"([[1, "Oslo"], [2, "Rome"]])", R"([[3, "Oslo"]])"}).ValueOrDie(), IsEmpty());
  ASSERT_TRUE(transaction_->Commit().ok());
  const auto info =
      lake::DescribeTable(lake_->storage().get(), folder_ / "lake/visits").ValueOrDie();
  EXPECT_EQ(info.stats.num_rows, 3);
  EXPECT_EQ(info.stats.num_partitions, 2);
}

TEST_F(WriteRowsTest, ATableWithoutRowsIsOne) {
  EXPECT_THAT(Write({}).ValueOrDie(), IsEmpty());
  EXPECT_TRUE(transaction_->Commit().ok());
}

TEST_F(WriteRowsTest, RulesAreThoseOfTheTable) {
  const auto broken =
      Write({R"([[1, "Oslo"], [null, "Rome"]])", R"([[1, "Rome"], [-1, "Rome"]])"}).ValueOrDie();
  ASSERT_THAT(broken, SizeIs(3));
  EXPECT_EQ(broken[0].kind, run::BrokenRule::Kind::kKeyNotNull);
  EXPECT_EQ(broken[1].kind, run::BrokenRule::Kind::kKeyUnique);
  EXPECT_EQ(broken[2].kind, run::BrokenRule::Kind::kCheck);
  EXPECT_FALSE(transaction_->Commit().ok());
}

}  // namespace
}  // namespace tarn::local
