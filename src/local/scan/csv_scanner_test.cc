#include "local/scan/csv_scanner.h"

#include <arrow/compute/initialize.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/ddl.h"
#include "pipeline/rescued_column.h"
#include "plan/build_expr.h"
#include "plan/known_functions.h"

namespace tarn::local {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CsvScannerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  CsvScannerTest() {
    source_.name = "prices";
    source_.format = pipeline::RecordFormat::kCsv;
    source_.schema = pipeline::ParseDdl("id INT, unread INT, name STRING").ValueOrDie();
    planned_.source = &source_;
    planned_.columns = {0, 2};
    planned_.schema = pipeline::ParseDdl("id INT, name STRING").ValueOrDie();
    planned_.output = {0, 1};
  }

  // `id|name` of each row.
  std::vector<std::string> Scan(const std::vector<json::Block>& blocks) {
    const FileColumns columns(planned_, of_folders_);
    auto scanner = MakeCsvScanner(columns, arrow::default_memory_pool()).ValueOrDie();
    auto scanned = scanner->Scan(std::span<const json::Block>(blocks));
    if (!scanned.ok()) return {MessageOf(scanned.status())};
    result_ = *std::move(scanned);
    std::vector<std::string> rows;
    for (int64_t row = 0; row < result_.batch->num_rows(); ++row) {
      std::string text;
      for (const auto& column : result_.batch->columns()) {
        text += (text.empty() ? "" : "|") + (*column->GetScalar(row))->ToString();
      }
      rows.push_back(text);
    }
    return rows;
  }

  // `line:offset bytes reason`
  std::vector<std::string> Bad() const {
    std::vector<std::string> all;
    for (const json::BadRecord& bad : result_.bad_records) {
      all.push_back(
          fmt::format("{}:{} {} {}", bad.line, bad.byte_offset, bad.num_bytes, bad.reason));
    }
    return all;
  }

  pipeline::Source source_;
  plan::SourcePlan planned_;
  std::vector<int> of_folders_;
  json::ScanResult result_;
};

TEST_F(CsvScannerTest, ReadsLines) {
  EXPECT_THAT(Scan({{"1,2,a\n,x,\"b,c\"\r\n\n  \n3,,\"\"\r4,,d"}}),
              ElementsAre("1|a", "null|b,c", "3|null", "4|d"));
  EXPECT_THAT(Bad(), IsEmpty());
  EXPECT_EQ(result_.num_records, 4);
  EXPECT_EQ(result_.num_lines, 4);
}

TEST_F(CsvScannerTest, SaysWhatIsBad) {
  EXPECT_THAT(Scan({{"1,2,a\n1,2\nx,2,b\n1,2,\xFF\n1,2,3,4\n5,6,e\n"}}), ElementsAre("1|a", "5|e"));
  EXPECT_THAT(Bad(), ElementsAre("1:6 3 2 fields, not 3", "2:10 5 field id: 'x' is not INT",
                                 "3:16 5 not valid UTF-8", "4:22 7 4 fields, not 3"));
  EXPECT_EQ(result_.num_records, 6);
  source_.record_bytes_max = 4;
  EXPECT_THAT(Scan({{"1,2,a\n,,b\n"}}), ElementsAre("null|b"));
  EXPECT_TRUE(result_.bad_records.at(0).is_too_long);
}

TEST_F(CsvScannerTest, TheHeaderIsOfTheFilesBeginning) {
  source_.csv.header = true;
  EXPECT_THAT(Scan({{"\xEF\xBB\xBFId,unread,NAME\n1,2,a\n"}, {"2,2,b\n", false}}),
              ElementsAre("1|a", "2|b"));
  EXPECT_EQ(result_.num_records, 2);
  EXPECT_THAT(Scan({{"id,name,unread\n1,2,a\n"}}),
              ElementsAre(HasSubstr("the header has other columns than the schema of source "
                                    "prices: id,name,unread")));
}

TEST_F(CsvScannerTest, ColumnsOfFoldersHaveNoPlace) {
  source_.csv.header = true;
  of_folders_ = {1};
  EXPECT_THAT(Scan({{"id,name\n1,a\n1,2,a\n"}}), ElementsAre("1|a"));
  EXPECT_THAT(Bad(), ElementsAre("2:12 5 3 fields, not 2"));
}

TEST_F(CsvScannerTest, HasItsOptions) {
  source_.csv.syntax = {.separator = ";", .quote = '\'', .escape = '\''};
  source_.csv.null_value = "NA";
  EXPECT_THAT(Scan({{"1;;'it''s'\nNA;;''\n2;;NA\n"}}), ElementsAre("1|it's", "null|", "2|null"));
}

TEST_F(CsvScannerTest, FiltersRows) {
  const auto id = plan::MakeColumn(*planned_.schema, 0);
  planned_.filter =
      plan::MakePredicate(plan::kGt, {id, plan::MakeLiteral(arrow::MakeScalar(int32_t{1}))});
  planned_.output = {1};
  EXPECT_THAT(Scan({{"1,2,a\n2,2,b\n,2,c\n"}}), ElementsAre("b"));
  EXPECT_EQ(result_.num_records, 3);
}

TEST_F(CsvScannerTest, RescuesWhatDoesNotFit) {
  source_.on_bad_type = pipeline::OnBadType::kRescue;
  pipeline::AddRescuedColumn(&source_);
  planned_.columns = {0, 3};
  planned_.schema = pipeline::ParseDdl("id INT, _rescued STRING").ValueOrDie();
  // All columns are looked at, those that nobody reads, too.
  EXPECT_THAT(Scan({{"1,2,a\nx\"y,2.5,b\n3\n,,\n4,9,d\n"}}),
              ElementsAre("1|null", R"(null|{"id":"x\"y","unread":"2.5"})", "null|null", "4|null"));
  EXPECT_THAT(Bad(), ElementsAre("2:16 1 1 field, not 3"));
  EXPECT_EQ(result_.num_rescued, 2);
  planned_.filter = plan::MakePredicate(plan::kIsNull, {plan::MakeColumn(*planned_.schema, 0)});
  planned_.output = {1};
  EXPECT_THAT(Scan({{"1,2,a\nx,2,b\n"}}), ElementsAre(R"({"id":"x"})"));
}

}  // namespace
}  // namespace tarn::local
