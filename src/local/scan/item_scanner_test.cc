#include "local/scan/item_scanner.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/operators/gather.h"
#include "local/operators/operator_for_test.h"
#include "pipeline/ddl.h"
#include "plan/build_expr.h"
#include "storage/temporary_folder.h"

namespace tarn::local {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ItemScannerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  ItemScannerTest() {
    source_.name = "things";
    planned_.source = &source_;
    planned_.columns = {0, 1};
    planned_.schema = pipeline::ParseDdl("n BIGINT, s STRING").ValueOrDie();
    planned_.output = {0};
  }

  storage::ObjectInfo Add(const std::string& name, const std::string& content) {
    const std::string path = folder_ / name;
    auto file = storage_->Create(path).ValueOrDie();
    EXPECT_TRUE(file->Write(content).ok() && file->Close().ok());
    return {path, static_cast<int64_t>(content.size()), 0};
  }

  // The column n of these items, in order.
  Result<std::vector<int64_t>> Scan(const std::vector<ScanItem>& items) {
    ARROW_ASSIGN_OR_RAISE(auto scanner, ItemScanner::Make(planned_, storage_.get()));
    std::vector<int64_t> values;
    num_records_ = num_bytes_ = 0;
    for (const ScanItem& item : items) {
      ARROW_ASSIGN_OR_RAISE(const ScannedItem scanned, scanner->Scan(item));
      num_records_ += scanned.num_records;
      num_bytes_ += scanned.num_bytes;
      for (const BatchPtr& batch : scanned.batches) {
        const auto& n = static_cast<const arrow::Int64Array&>(*batch->column(0));
        for (int64_t i = 0; i < n.length(); ++i) values.push_back(n.Value(i));
      }
    }
    return values;
  }

  Result<std::vector<int64_t>> ScanFiles(std::vector<storage::ObjectInfo> files) {
    return Scan({{0, 0, std::move(files)}});
  }

  storage::TemporaryFolder folder_;
  std::shared_ptr<storage::Storage> storage_ = storage::Storage::For("/").ValueOrDie();
  pipeline::Source source_;
  plan::SourcePlan planned_;
  int64_t num_records_ = 0;
  int64_t num_bytes_ = 0;
};

using Values = std::vector<int64_t>;

TEST_F(ItemScannerTest, FilesOfAnyFramingKeepTheirOrder) {
  EXPECT_EQ(ScanFiles({Add("1", R"({"n": 1})"), Add("2", "{\n\"n\":\n2}"), Add("3", ""),
                       Add("4", "{\"n\": 3}\n{\"n\": 4}"), Add("5", " \n"),
                       Add("6", "\xEF\xBB\xBF{\"n\": 5}"), Add("7", "{\"n\": 6} {\"n\": 7}\n")})
                .ValueOrDie(),
            (Values{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(num_records_, 7);
}

TEST_F(ItemScannerTest, FilterReadsColumnsThatAreNotPutOut) {
  planned_.filter =
      plan::MakePredicate("eq", {plan::MakeColumn(*planned_.schema, 1),
                                 plan::MakeLiteral(arrow::MakeScalar(std::string("yes")))});
  EXPECT_EQ(ScanFiles({Add("1", R"({"n": 1, "s": "yes"})"), Add("2", R"({"n": 2, "s": "no"})"),
                       Add("3", R"({"n": 3})"), Add("4", R"({"s": "yes", "n": 4})")})
                .ValueOrDie(),
            (Values{1, 4}));
  EXPECT_EQ(num_records_, 4);
}

// Wherever a file is cut, every line is read once.
TEST_F(ItemScannerTest, LinesBelongToThePartInWhichTheyBegin) {
  const std::string content =
      "{\"n\": 1}\n\n{\"n\": 22, \"s\": \"longer than a part\"}\r\n{\"n\": 3}\n{\"n\": 4}";
  for (const std::string& text : {content, content + "\n"}) {
    const storage::ObjectInfo file = Add("lines", text);
    for (int64_t step = 1; step <= file.size_bytes; ++step) {
      std::vector<ScanItem> items;
      for (int64_t begin = 0; begin < file.size_bytes; begin += step) {
        items.push_back({0, 0, {file}, begin, std::min(begin + step, file.size_bytes)});
      }
      ASSERT_EQ(Scan(items).ValueOrDie(), (Values{1, 22, 3, 4})) << step;
      ASSERT_EQ(num_bytes_, file.size_bytes);
      ASSERT_EQ(num_records_, 4);
    }
  }
}

TEST_F(ItemScannerTest, ALineThatRunsFarBeyondItsPart) {
  const std::string padding(300 << 10, 'x');
  const storage::ObjectInfo file =
      Add("long", "{\"n\": 1, \"s\": \"" + padding + "\"}\n{\"n\": 2}\n");
  const int64_t middle = file.size_bytes / 2;
  EXPECT_EQ(Scan({{0, 0, {file}, 0, 10},
                  {0, 1, {file}, 10, middle},
                  {0, 2, {file}, middle, file.size_bytes}})
                .ValueOrDie(),
            (Values{1, 2}));
}

TEST_F(ItemScannerTest, ABadRecordInOneOfManyFiles) {
  const storage::ObjectInfo bad = Add("bad", "{\"n\":\n 2,, }");
  const Status status =
      ScanFiles({Add("good", "{\n\"n\": 1}"), bad, Add("more", "{\n\"n\": 3}")}).status();
  EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
  EXPECT_THAT(MessageOf(status), AllOf(HasSubstr(bad.path + ": line 1, byte 0: "),
                                       HasSubstr("(at byte 9)"), HasSubstr("hint: ")));
}

TEST_F(ItemScannerTest, FilesAreValidEachByItself) {
  for (const auto& [first, second] : std::vector<std::pair<std::string, std::string>>{
           {"{\"n\": {\"a\":", "{\"b\": 1}}}"}, {"{\"n\": [{}", "]}"}, {"{\"n\": 1", "}"}}) {
    const storage::ObjectInfo bad = Add("first", first);
    EXPECT_THAT(MessageOf(ScanFiles({bad, Add("second", second)}).status()),
                HasSubstr(bad.path + ": line 1"));
  }
}

TEST_F(ItemScannerTest, ABadLineDeepInALargeFile) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "{\"n\": 5}\n\n";
  const auto offset = static_cast<int64_t>(text.size());
  const storage::ObjectInfo bad = Add("bad", text + "{\"n\" 1}\n{\"n\": 1}\n{\"n\": }\n");
  const int64_t end = bad.size_bytes;
  const Status status = Scan({{0, 0, {bad}, 0, 300}, {0, 1, {bad}, 300, end}}).status();
  EXPECT_THAT(MessageOf(status),
              AllOf(HasSubstr(fmt::format("{}: line 201, byte {}: ", bad.path, offset)),
                    HasSubstr("1 more bad record in the same part")));
}

TEST_F(ItemScannerTest, AFileThatVanished) {
  EXPECT_TRUE(storage::IsNotFound(ScanFiles({{folder_ / "gone", 2, 0}}).status()));
}

}  // namespace
}  // namespace tarn::local
