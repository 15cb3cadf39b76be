#include "local/scan/file_columns.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/scan/item_scanner.h"
#include "pipeline/ddl.h"
#include "pipeline/rescued_column.h"
#include "plan/build_expr.h"
#include "plan/file_columns.h"
#include "plan/known_functions.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::local {
namespace {

using testing::ElementsAre;

class FileColumnsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  FileColumnsTest() {
    source_.name = "things";
    source_.schema = pipeline::ParseDdl("n BIGINT, dt DATE, s STRING").ValueOrDie();
    planned_.source = &source_;
    planned_.columns = {0, 1, 2};
    planned_.schema = source_.schema;
    planned_.output = {1, 0};
  }

  void Add(const std::string& name, const std::string& content) {
    folder_.Write(name, content);
    item_.files.push_back({folder_ / name, static_cast<int64_t>(content.size())});
  }

  // The rows of `item_`, as texts.
  std::vector<std::string> Rows() {
    const FileColumns columns(planned_, {1});
    auto scanner = ItemScanner::Make(columns, storage_.get(), false).ValueOrDie();
    std::vector<std::string> rows;
    const Status status = scanner->Scan(item_, {}, [&](ScannedPart part) {
      for (int64_t row = 0; row < part.batch->num_rows(); ++row) {
        std::string text;
        for (const auto& column : part.batch->columns()) {
          auto value = column->GetScalar(row).ValueOrDie();
          if (value->type->id() == arrow::Type::DICTIONARY) {  // texts may be codes
            value = static_cast<arrow::DictionaryScalar&>(*value).GetEncodedValue().ValueOrDie();
          }
          text += value->ToString() + " ";
        }
        rows.push_back(text);
      }
      return Status::OK();
    });
    EXPECT_TRUE(status.ok()) << status;
    return rows;
  }

  static plan::ExprPtr Equals(int column, const std::shared_ptr<arrow::Schema>& schema,
                              std::shared_ptr<arrow::Scalar> value) {
    return plan::MakePredicate(
        plan::kEq, {plan::MakeColumn(*schema, column), plan::MakeLiteral(std::move(value))});
  }

  storage::TemporaryFolder folder_;
  std::shared_ptr<storage::Storage> storage_ =
      storage::TestStorages()->For(folder_.path()).ValueOrDie();
  pipeline::Source source_;
  plan::SourcePlan planned_;
  ScanItem item_;
};

TEST_F(FileColumnsTest, FoldersCountBeforeRecords) {
  Add("dt=2024-01-01/a.json", "{\"n\":1,\"dt\":\"1999-09-09\"}\n{\"n\":2}\n");
  Add("dt=__HIVE_DEFAULT_PARTITION__/b.json", "{\"n\":3,\"dt\":[]}\n");
  EXPECT_THAT(Rows(), ElementsAre("2024-01-01 1 ", "2024-01-01 2 ", "null 3 "));
}

TEST_F(FileColumnsTest, FiltersSeeThem) {
  Add("dt=2024-01-01/a.json", "{\"n\":1}\n{\"n\":2}\n");
  Add("dt=2024-01-02/b.json", "{\"n\":1}\n{\"n\":2}\n");
  planned_.filter = Equals(0, planned_.schema, std::make_shared<arrow::Int64Scalar>(2));
  EXPECT_THAT(Rows(), ElementsAre("2024-01-01 2 ", "2024-01-02 2 "));
  constexpr int kSecondOfJanuary = 19724;
  planned_.filter =
      Equals(1, planned_.schema, std::make_shared<arrow::Date32Scalar>(kSecondOfJanuary));
  EXPECT_THAT(Rows(), ElementsAre("2024-01-02 1 ", "2024-01-02 2 "));
}

TEST_F(FileColumnsTest, AloneTheyAreOfEachRecord) {
  Add("dt=2024-01-01/a.json", "[{\"n\":1},{}]");
  planned_.columns = {1};
  planned_.schema = pipeline::ParseDdl("dt DATE").ValueOrDie();
  planned_.output = {0};
  EXPECT_THAT(Rows(), ElementsAre("2024-01-01 ", "2024-01-01 "));
}

TEST_F(FileColumnsTest, FactsOfFiles) {
  Add("dt=2024-01-01/a b%.json", "{\"n\":1}");
  item_.files[0].modified_ns = 1'700'000'000'123'456'789;
  planned_.columns = {0, 3, 4};
  planned_.schema =
      arrow::schema({source_.schema->field(0), plan::FieldOfFile(plan::FileColumn::kMetadata),
                     plan::FieldOfFile(plan::FileColumn::kInputFile)});
  planned_.output = {0, 1, 2};
  ASSERT_EQ(Rows().size(), 1);
  const std::string uri = "file://" + (folder_ / "dt=2024-01-01/a%20b%25.json");
  EXPECT_THAT(Rows()[0],
              testing::HasSubstr(" = file:" + (folder_ / "dt=2024-01-01/a%20b%25.json")));
  EXPECT_THAT(Rows()[0], testing::HasSubstr(" = a%20b%25.json"));
  EXPECT_THAT(Rows()[0], testing::HasSubstr(" = 7"));
  EXPECT_THAT(Rows()[0], testing::HasSubstr("2023-11-14 22:13:20.123000"));
  EXPECT_THAT(Rows()[0], testing::EndsWith(uri + " "));
}

TEST_F(FileColumnsTest, OfWhatIsInQuarantineThePathAlone) {
  item_.kind = ScanItem::Kind::kRecords;
  item_.records = {{"/gone/a.json", 1, 0, "", "{\"n\":1}"},
                   {"/gone/b.json", 1, 0, "", "{\"n\":2}"}};
  planned_.columns = {0, 3};
  planned_.schema =
      arrow::schema({source_.schema->field(0), plan::FieldOfFile(plan::FileColumn::kMetadata)});
  planned_.output = {0, 1};
  ASSERT_EQ(Rows().size(), 2);
  EXPECT_THAT(Rows()[1], testing::HasSubstr(" = file:/gone/b.json"));
  EXPECT_THAT(Rows()[1], testing::HasSubstr(" = null"));
}

// Beside columns of folders, and in a filter, which the scanner of records then leaves alone.
TEST_F(FileColumnsTest, WhatIsRescuedIsOfAllColumnsOfRecords) {
  source_.on_bad_type = pipeline::OnBadType::kRescue;
  pipeline::AddRescuedColumn(&source_);
  planned_.columns = {1, 3};
  planned_.schema = pipeline::ParseDdl("dt DATE, _rescued STRING").ValueOrDie();
  planned_.output = {0, 1};
  Add("dt=2024-01-31/a.json",
      "{\"n\":1,\"dt\":\"x\",\"s\":\"a\"}\n{\"n\":\"x\",\"s\":\"b\"}\n{\"n\":\"y\"}\n");
  EXPECT_THAT(Rows(), ElementsAre("2024-01-31 null ", "2024-01-31 {\"n\":\"x\"} ",
                                  "2024-01-31 {\"n\":\"y\"} "));
  planned_.filter = Equals(1, planned_.schema, arrow::MakeScalar("{\"n\":\"y\"}"));
  planned_.output = {0};
  EXPECT_THAT(Rows(), ElementsAre("2024-01-31 "));
}

}  // namespace
}  // namespace tarn::local
