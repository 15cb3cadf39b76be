#include "local/scan/item_scanner.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"
#include "local/batch/gather.h"
#include "local/scan/source_audit.h"
#include "pipeline/ddl.h"
#include "pipeline/rescued_column.h"
#include "plan/build_expr.h"
#include "plan/known_functions.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::local {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class ItemScannerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  ItemScannerTest() {
    source_.name = "things";
    source_.on_bad_record = pipeline::OnBadRecord::kFail;
    source_.schema = pipeline::ParseDdl("n BIGINT, unread INT, s STRING").ValueOrDie();
    planned_.source = &source_;
    planned_.columns = {0, 2};
    planned_.schema = pipeline::ParseDdl("n BIGINT, s STRING").ValueOrDie();
    planned_.output = {0};
  }

  storage::ObjectInfo Add(const std::string& name, const std::string& content) {
    const std::string path = folder_ / name;
    auto file = storage_->Create(path).ValueOrDie();
    EXPECT_TRUE(file->Write(content).ok() && file->Close().ok());
    return {path, static_cast<int64_t>(content.size()), 0};
  }

  // The column n of these items, in order. Bad records are in audit_.
  Result<std::vector<int64_t>> Scan(const std::vector<ScanItem>& items) {
    const FileColumns columns(planned_, {});
    ARROW_ASSIGN_OR_RAISE(auto scanner, ItemScanner::Make(columns, storage_.get(), false));
    std::vector<int64_t> values;
    num_records_ = num_bytes_ = 0;
    audit_ = std::make_unique<SourceAudit>(source_, nullptr);
    for (const ScanItem& item : items) {
      ARROW_RETURN_NOT_OK(scanner->Scan(item, {}, [&](ScannedPart part) {
        num_records_ += part.num_records;
        num_bytes_ += part.num_bytes;
        if (part.batch != nullptr) {
          const auto& n = static_cast<const arrow::Int64Array&>(*part.batch->column(0));
          for (int64_t i = 0; i < n.length(); ++i) values.push_back(n.Value(i));
        }
        for (const auto& bad : part.bad_records) {
          bad_.push_back(fmt::format("{}:{} {}", bad.line, bad.byte_offset, bad.bytes));
        }
        return audit_->Add(item, std::move(part));
      }));
      ARROW_RETURN_NOT_OK(audit_->FinishItem(item));
    }
    return values;
  }

  static ScanItem Files(std::vector<storage::ObjectInfo> files) {
    ScanItem item;
    item.files = std::move(files);
    return item;
  }

  static ScanItem Lines(int64_t number, storage::ObjectInfo file, int64_t begin, int64_t end) {
    ScanItem item = Files({std::move(file)});
    item.number = number;
    item.kind = ScanItem::Kind::kLines;
    item.begin = begin;
    item.end = end;
    return item;
  }

  // The whole file, cut after every `step` bytes.
  static std::vector<ScanItem> CutIntoLines(const storage::ObjectInfo& file, int64_t step) {
    std::vector<ScanItem> items;
    for (int64_t begin = 0; begin < file.size_bytes; begin += step) {
      items.push_back(
          Lines(std::ssize(items), file, begin, std::min(begin + step, file.size_bytes)));
    }
    return items;
  }

  Result<std::vector<int64_t>> ScanFiles(std::vector<storage::ObjectInfo> files) {
    return Scan({Files(std::move(files))});
  }

  // All of a file that cannot be cut.
  Result<std::vector<int64_t>> ScanStream(storage::ObjectInfo file) {
    ScanItem item = Files({std::move(file)});
    item.kind = ScanItem::Kind::kStream;
    return Scan({item});
  }

  storage::TemporaryFolder folder_;
  std::shared_ptr<storage::Storage> storage_ = storage::TestStorages()->For("/").ValueOrDie();
  pipeline::Source source_;
  plan::SourcePlan planned_;
  int64_t num_records_ = 0;
  int64_t num_bytes_ = 0;
  std::unique_ptr<SourceAudit> audit_;
  std::vector<std::string> bad_;  // "line:byte_offset bytes"
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
      plan::MakePredicate(plan::kEq, {plan::MakeColumn(*planned_.schema, 1),
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
      const std::vector<ScanItem> items = CutIntoLines(file, step);
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
  EXPECT_EQ(Scan({Lines(0, file, 0, 10), Lines(1, file, 10, middle),
                  Lines(2, file, middle, file.size_bytes)})
                .ValueOrDie(),
            (Values{1, 2}));
}

TEST_F(ItemScannerTest, ABadRecordInOneOfManyFiles) {
  const storage::ObjectInfo bad = Add("bad", "{\"n\":\n 2,, }");
  const Status status =
      ScanFiles({Add("good", "{\n\"n\": 1}"), bad, Add("more", "{\n\"n\": 3}")}).status();
  EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
  EXPECT_THAT(Render(status), AllOf(HasSubstr(bad.path + ": line 1, byte 0: "),
                                    HasSubstr("(at byte 9)"), HasSubstr("hint: ")));
  const ErrorText text = TextOf(status);
  EXPECT_THAT(text.message, AllOf(Not(HasSubstr("bad")), Not(HasSubstr("hint"))));
  EXPECT_EQ(text.place.file, bad.path);
  EXPECT_EQ(text.place.line, 1);
  EXPECT_EQ(text.place.byte_offset, 0);
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
  const Status status = Scan({Lines(0, bad, 0, 300), Lines(1, bad, 300, end)}).status();
  EXPECT_THAT(MessageOf(status),
              AllOf(HasSubstr(fmt::format("{}: line 201, byte {}: ", bad.path, offset)),
                    HasSubstr("1 more bad record in the same part")));
}

// Bad records of a file that is cut have the lines and places that they have in the whole file.
TEST_F(ItemScannerTest, WhereverAFileIsCutBadRecordsAreTheSame) {
  source_.on_bad_record = pipeline::OnBadRecord::kDrop;
  const storage::ObjectInfo file =
      Add("lines", "{\"n\":1}\n\n{bad}\n{\"n\":2}\n{\"n\":\"x\"}\n{\"n\":3}\n{");
  for (int64_t step = 1; step <= file.size_bytes; ++step) {
    const std::vector<ScanItem> items = CutIntoLines(file, step);
    ASSERT_EQ(Scan(items).ValueOrDie(), (Values{1, 2, 3})) << step;
    ASSERT_EQ(audit_->num_bad(), 3);
    source_.max_bad_records.num_records = 2;
    ASSERT_THAT(MessageOf(Scan(items).status()),
                AllOf(HasSubstr("line 3, byte 9: "), HasSubstr("line 5, byte 23: "),
                      HasSubstr("line 7, byte 41: ")))
        << step;
    source_.max_bad_records.num_records.reset();
  }
}

// However it is read, a record that is too long is bad, and only its first bytes are kept.
TEST_F(ItemScannerTest, ALongRecordIsBad) {
  source_.on_bad_record = pipeline::OnBadRecord::kDrop;
  source_.record_bytes_max = 1000;
  const std::string text = "{\"n\":1}\n {\"n\":2, \"s\":\"" + std::string(10'000'000, 'x') +
                           "\"}\n{\"n\":3}\n{\"n\":\"" + std::string(1000, '4') + "\"}\n{\"n\":5}";
  const storage::ObjectInfo file = Add("lines", text);
  const int64_t last = file.size_bytes - 1016;
  const auto check = [&](const Result<std::vector<int64_t>>& read) {
    ASSERT_EQ(read.ValueOrDie(), (Values{1, 3, 5}));
    ASSERT_EQ(num_records_, 5);
    ASSERT_EQ(bad_.size(), 2U);
    ASSERT_EQ(bad_[0].size(), std::string_view("2:9 ").size() + 1000);
    ASSERT_EQ(bad_[1].size(), fmt::format("4:{} ", last).size() + 1000);
    ASSERT_TRUE(bad_[1].starts_with(fmt::format("4:{} {{\"n\":\"444", last))) << bad_[1];
    bad_.clear();
  };
  check(ScanFiles({file}));
  check(ScanStream(file));
  source_.max_bad_records.num_records = 1;
  for (const int64_t step : {9, 4096, 100'000, 4 << 20}) {
    const std::vector<ScanItem> items =
        step == 9 ? std::vector{Lines(0, file, 0, 9), Lines(1, file, 9, file.size_bytes)}
                  : CutIntoLines(file, step);
    bad_.clear();
    EXPECT_THAT(
        MessageOf(Scan(items).status()),
        AllOf(HasSubstr("line 2, byte 9: the record is longer than max_record_size = 1.0 kB"),
              HasSubstr(fmt::format("line 4, byte {}: the record is longer", last))))
        << step;
  }
}

TEST_F(ItemScannerTest, ALongRecordInAnArrayIsBad) {
  source_.on_bad_record = pipeline::OnBadRecord::kDrop;
  source_.record_bytes_max = 1000;
  const std::string text =
      "[{\"n\":1},\n {\"n\":2,\n \"s\":\"" + std::string(10'000'000, '}') + "\"},\n{\"n\":3}";
  EXPECT_EQ(ScanStream(Add("array", text + "]\n")).ValueOrDie(), (Values{1, 3}));
  EXPECT_EQ(num_records_, 3);
  ASSERT_EQ(bad_.size(), 1U);
  EXPECT_TRUE(bad_[0].starts_with("2:11 {\"n\":2,")) << bad_[0];
  bad_.clear();
  EXPECT_EQ(
      ScanStream(Add("values", "{\"n\":\n1} {\"n\": " + std::string(10'000'000, '2'))).ValueOrDie(),
      Values{1});
  ASSERT_EQ(bad_.size(), 1U);
  EXPECT_TRUE(bad_[0].starts_with("2:9 ")) << bad_[0];
}

TEST_F(ItemScannerTest, AnArrayOverManyBlocks) {
  std::string text = "[\n";
  Values expected;
  for (int i = 0; i < 300'000; ++i) {
    text += fmt::format("{}{{\"n\": {},\n\"s\": \"some text\"}}", i == 0 ? "" : ",\n", i);
    expected.push_back(i);
  }
  EXPECT_EQ(ScanStream(Add("array", text + "]\n")).ValueOrDie(), expected);
  source_.on_bad_record = pipeline::OnBadRecord::kDrop;
  bad_.clear();
  EXPECT_EQ(ScanStream(Add("not closed", text)).ValueOrDie(), expected);
  EXPECT_THAT(bad_, ElementsAre(fmt::format("600001:{} ", text.size())));
  bad_.clear();
  EXPECT_EQ(ScanStream(Add("broken", "[{\"n\":0}, ?" + text.substr(1))).ValueOrDie(), (Values{0}));
  EXPECT_EQ(bad_.size(), 1U);
}

TEST_F(ItemScannerTest, NewFieldsHaveTheirFirstPlace) {
  source_.on_bad_record = pipeline::OnBadRecord::kDrop;
  const storage::ObjectInfo file =
      Add("lines", "{\"n\":1,\"unread\":0}\n{\"n\":2,\"x\":true}\n{\"y\":1,\"x\":2}\n");
  for (int64_t step = 1; step <= file.size_bytes; ++step) {
    const std::vector<ScanItem> items = CutIntoLines(file, step);
    ASSERT_TRUE(Scan(items).ok());
    ASSERT_EQ(audit_->new_fields().size(), 2U);
    ASSERT_EQ(audit_->new_fields()[0].key, "x");
    ASSERT_EQ(audit_->new_fields()[0].num_records, 2);
    ASSERT_EQ(audit_->new_fields()[0].line, 2);
    ASSERT_EQ(audit_->new_fields()[0].example, "true");
    ASSERT_EQ(audit_->new_fields()[1].line, 3);
  }
  source_.on_new_field = pipeline::OnNewField::kFail;
  EXPECT_THAT(MessageOf(ScanFiles({file}).status()),
              AllOf(HasSubstr(file.path + ": line 2"), HasSubstr("\"x\"")));
}

TEST_F(ItemScannerTest, AllBadIsAnError) {
  source_.on_bad_record = pipeline::OnBadRecord::kQuarantine;
  ASSERT_TRUE(ScanFiles({Add("a", "{\"n\":\"x\"}"), Add("b", "{")}).ok());
  const Status status = audit_->Finish();
  EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
  EXPECT_THAT(MessageOf(status), HasSubstr("none of its 2 records can be read"));
  source_.max_bad_records.share = 1;
  ASSERT_TRUE(ScanFiles({Add("a", "{\"n\":\"x\"}")}).ok());
  EXPECT_TRUE(audit_->Finish().ok());
  source_.max_bad_records.share = 0.5;
  ASSERT_TRUE(ScanFiles({Add("a", "{}\n[1]\n"), Add("b", "{")}).ok());
  EXPECT_THAT(MessageOf(audit_->Finish()), HasSubstr("2 of 3 records are bad"));
}

TEST_F(ItemScannerTest, AFileThatVanished) {
  EXPECT_TRUE(storage::IsNotFound(ScanFiles({{folder_ / "gone", 2, 0}}).status()));
}

TEST_F(ItemScannerTest, CountsWhatIsRescued) {
  source_.on_bad_type = pipeline::OnBadType::kRescue;
  pipeline::AddRescuedColumn(&source_);
  const auto file = Add("a.json", "{\"n\":\"x\",\"unread\":\"y\"}\n{\"n\":2,\"_rescued\":1}\n");
  EXPECT_THAT(Scan(CutIntoLines(file, 20)).ValueOrDie(), ElementsAre(0, 2));
  EXPECT_EQ(audit_->num_rescued(), 1);
  EXPECT_EQ(audit_->num_bad(), 0);
  // Records need not have the column; a key of its name is another one.
  EXPECT_THAT(audit_->missing_fields(), ElementsAre("s"));
  ASSERT_EQ(audit_->new_fields().size(), 1U);
  EXPECT_EQ(audit_->new_fields()[0].key, "_rescued");
}

}  // namespace
}  // namespace tarn::local
