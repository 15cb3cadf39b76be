#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "lake/ledger_folders.h"
#include "lake/table_for_test.h"
#include "ledger/compare_files.h"
#include "ledger/consumed_files.h"
#include "ledger/lake_state.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::ledger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class LedgerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  void SetUp() override {
    lake_ = lake::Lake::Open(storage::TestStorages(), folder_ / "lake").ValueOrDie();
  }

  static Status WriteFiles(lake::Transaction* transaction, const std::vector<ConsumedFile>& files,
                           bool appends) {
    ARROW_ASSIGN_OR_RAISE(auto writer, ConsumedFilesWriter::Make(transaction, "events", appends));
    for (const ConsumedFile& file : files) ARROW_RETURN_NOT_OK(writer->Add(file));
    return writer->Close();
  }

  // One run that consumes files of the source `events`.
  Status Consume(const std::string& run_id, const std::vector<ConsumedFile>& files,
                 bool appends = true) {
    ARROW_ASSIGN_OR_RAISE(auto transaction, lake_->Begin(run_id));
    ARROW_RETURN_NOT_OK(WriteFiles(transaction.get(), files, appends));
    return transaction->Commit();
  }

  Status Visit(const std::function<Status(const ConsumedFile&)>& visit) const {
    return VisitConsumedFiles(lake_->storage(), lake_->root(), "events", visit);
  }

  std::vector<ConsumedFile> Files() const {
    std::vector<ConsumedFile> files;
    const Status read = Visit([&](const ConsumedFile& file) {
      files.push_back(file);
      return Status::OK();
    });
    EXPECT_TRUE(read.ok()) << read;
    return files;
  }

  std::vector<std::string> Paths() const {
    std::vector<std::string> paths;
    for (const ConsumedFile& file : Files()) paths.push_back(file.listed.path);
    return paths;
  }

  Result<std::optional<LakeState>> State() const {
    return ReadLakeState(lake_->storage(), lake_->root());
  }

  storage::TemporaryFolder folder_;
  std::unique_ptr<lake::Lake> lake_;
};

TEST_F(LedgerTest, KeepsWhatIsKnownOfFiles) {
  EXPECT_THAT(Files(), IsEmpty());
  const std::string path = "/raw/tä \xFF.json";
  ASSERT_TRUE(
      Consume("run1", {{{path, 12, 34, "\"etag\"", {5, 6, 7}}, 3, 8, 1, "run1"}, {{"/b", 0}}})
          .ok());
  const auto files = Files();
  ASSERT_THAT(files, SizeIs(2));
  EXPECT_EQ(files[0].listed.path, path);
  EXPECT_EQ(files[0].listed.size_bytes, 12);
  EXPECT_EQ(files[0].listed.modified_ns, 34);
  EXPECT_EQ(files[0].listed.etag, "\"etag\"");
  EXPECT_FALSE(files[0].listed.identity.is_known());
  EXPECT_EQ(files[0].version, 3);
  EXPECT_EQ(files[0].num_records, 8);
  EXPECT_EQ(files[0].num_bad_records, 1);
  EXPECT_EQ(files[0].run_id, "run1");
  EXPECT_EQ(files[1].num_records, std::nullopt);
  EXPECT_EQ(files[1].num_bad_records, std::nullopt);
  EXPECT_THAT(lake_->ListTables().ValueOrDie(), IsEmpty());
}

TEST_F(LedgerTest, PartsAreAddedOrReplaced) {
  ASSERT_TRUE(Consume("run1", {{{"a"}}, {{"b"}}}).ok());
  ASSERT_TRUE(Consume("run2", {{{"c"}, 2}}).ok());
  EXPECT_THAT(Paths(), ElementsAre("a", "b", "c"));
  ASSERT_TRUE(Consume("run3", {}).ok());  // no part
  EXPECT_THAT(ListParts(lake_->storage().get(), lake_->root(), "events").ValueOrDie(), SizeIs(2));
  ASSERT_TRUE(Consume("run4", {{{"a"}}, {{"d"}, 4}}, /*appends=*/false).ok());
  EXPECT_THAT(Paths(), ElementsAre("a", "d"));
  EXPECT_THAT(ListParts(lake_->storage().get(), lake_->root(), "events").ValueOrDie(), SizeIs(1));
}

TEST_F(LedgerTest, ManyFilesGoThroughInBatches) {
  constexpr int kFiles = 40'000;
  auto transaction = lake_->Begin("run").ValueOrDie();
  auto writer = ConsumedFilesWriter::Make(transaction.get(), "events", true).ValueOrDie();
  std::vector<storage::ObjectInfo> listing;
  for (int file = 0; file < kFiles; ++file) {
    listing.push_back({"/raw/day=" + std::to_string(file) + "/events.json", file, 1 + file});
    ASSERT_TRUE(writer->Add({listing.back()}).ok());
  }
  ASSERT_TRUE(writer->Close().ok());
  ASSERT_TRUE(transaction->Commit().ok());
  listing.push_back({"/raw/new.json", 1, 1});
  const auto changes =
      CompareFiles(lake_->storage(), lake_->root(), "events", listing, {1, 1, 0, 0, kFiles})
          .ValueOrDie();
  EXPECT_EQ(changes.num_same, kFiles);
  EXPECT_TRUE(changes.only_added());
  ASSERT_THAT(changes.added, SizeIs(1));
  EXPECT_EQ(changes.added[0].path, "/raw/new.json");
}

TEST_F(LedgerTest, GoesWithTheRun) {
  ASSERT_TRUE(Consume("run1", {{{"a"}}}).ok());
  auto transaction = lake_->Begin("run2").ValueOrDie();
  ASSERT_TRUE(WriteFiles(transaction.get(), {{{"b"}}}, true).ok());
  ASSERT_TRUE(transaction->Abort().ok());
  transaction.reset();
  EXPECT_THAT(Paths(), ElementsAre("a"));
  // What a failed run has found stays, but it has consumed nothing.
  transaction = lake_->Begin("run3").ValueOrDie();
  ASSERT_TRUE(WriteFiles(transaction.get(), {{{"b"}}}, true).ok());
  EXPECT_TRUE(transaction->CommitFindings({{"t", "check x", "x = 1"}}).ValueOrDie());
  transaction.reset();
  EXPECT_THAT(Paths(), ElementsAre("a"));
}

TEST_F(LedgerTest, VisitorsErrorsAreTheirOwn) {
  ASSERT_TRUE(Consume("run1", {{{"a"}}, {{"b"}}}).ok());
  int num_visited = 0;
  const Status status = Visit([&](const ConsumedFile&) {
    ++num_visited;
    return Status::Cancelled("enough");
  });
  EXPECT_TRUE(status.IsCancelled()) << status;
  EXPECT_EQ(num_visited, 1);
}

TEST_F(LedgerTest, AFileThatIsThereTwiceIsNoLedger) {
  ASSERT_TRUE(Consume("run1", {{{"a", 1, 1}}}).ok());
  ASSERT_TRUE(Consume("run2", {{{"a", 1, 1}}}).ok());
  const auto changes =
      CompareFiles(lake_->storage(), lake_->root(), "events", {{"a", 1, 1}}, {1, 1, 0, 0, 2});
  EXPECT_THAT(changes.status().message(), HasSubstr("is damaged, it has a file twice"));
  EXPECT_THAT(HintOf(changes.status()), HasSubstr("--full"));
}

TEST_F(LedgerTest, APartThatIsMissingIsDamage) {
  ASSERT_TRUE(Consume("run1", {{{"a", 1, 1}}}).ok());
  const auto changes =
      CompareFiles(lake_->storage(), lake_->root(), "events", {{"a", 1, 1}}, {2, 1, 0, 0, 2});
  EXPECT_THAT(changes.status().message(), HasSubstr("is damaged, it has 1 file of events, not 2"));
}

TEST_F(LedgerTest, DamagedPartsAreSaidToBe) {
  folder_.Write("lake/" + lake::LedgerFolderOf("events") + "/part-00000-x.parquet", "not Parquet");
  Status status = Visit([](const ConsumedFile&) { return Status::OK(); });
  EXPECT_THAT(status.message(), HasSubstr("ledger of consumed files is damaged"));
  EXPECT_THAT(status.message(), HasSubstr("part-00000-x.parquet"));
  EXPECT_THAT(HintOf(status), HasSubstr("`tarn run --full`"));
  // Parquet, but of something else.
  std::filesystem::remove_all(folder_ / "lake");
  const auto schema = arrow::schema({arrow::field("path", arrow::utf8())});
  {
    auto transaction = lake_->Begin("run").ValueOrDie();
    auto part =
        transaction->NewLedgerPart({.name = lake::LedgerFolderOf("events"), .schema = schema})
            .ValueOrDie();
    ASSERT_TRUE(part->Write(lake::Batch(schema, R"([["a"]])")).ok());
    ASSERT_TRUE(part->Close().ok());
    ASSERT_TRUE(transaction->Commit().ok());
  }
  status = Visit([](const ConsumedFile&) { return Status::OK(); });
  EXPECT_THAT(status.message(), HasSubstr("a file in it has no name or no size"));
}

TEST_F(LedgerTest, TheStateComesBack) {
  EXPECT_EQ(State().ValueOrDie(), std::nullopt);
  LakeState state;
  state.sources["events"] = {7, 2, 1000, 3, 12};
  state.tables["users"] = {
      "run1", 96, 2, 1234, {{"events", 7}}, {{"sql", "abc"}, {"source events", "def"}}};
  for (const std::string run_id : {"run1", "run2"}) {
    auto transaction = lake_->Begin(run_id).ValueOrDie();
    state.tables["users"].run_id = run_id;
    ASSERT_TRUE(WriteLakeState(state, transaction.get()).ok());
    ASSERT_TRUE(transaction->Commit().ok());
  }
  const auto read = State().ValueOrDie();
  ASSERT_TRUE(read.has_value());
  ASSERT_THAT(read->sources, SizeIs(1));
  const SourceState& events = read->sources.at("events");
  EXPECT_EQ(events.version, 7);
  EXPECT_EQ(events.base, 2);
  EXPECT_EQ(events.num_records, 1000);
  EXPECT_EQ(events.num_bad_records, 3);
  EXPECT_EQ(events.num_files, 12);
  ASSERT_THAT(read->tables, SizeIs(1));
  const TableState& users = read->tables.at("users");
  EXPECT_EQ(users.run_id, "run2");
  EXPECT_EQ(users.num_rows, 96);
  EXPECT_EQ(users.num_files, 2);
  EXPECT_EQ(users.num_bytes, 1234);
  EXPECT_EQ(users.versions, state.tables["users"].versions);
  EXPECT_EQ(users.made_of, state.tables["users"].made_of);
}

// As in the midst of a commit, or after one that was given up.
TEST_F(LedgerTest, AStateThatIsThereTwice) {
  {
    auto transaction = lake_->Begin("run").ValueOrDie();
    ASSERT_TRUE(WriteLakeState({}, transaction.get()).ok());
    ASSERT_TRUE(transaction->Commit().ok());
  }
  const std::filesystem::path folder = folder_ / "lake/" + lake::LedgerFolderOfTables();
  const std::filesystem::path part = std::filesystem::directory_iterator(folder)->path();
  std::filesystem::copy_file(part, folder / "part-00000-other.parquet");
  EXPECT_EQ(KindOf(State().status()), ErrorKind::kConflict);
  EXPECT_THAT(HintOf(State().status()), HasSubstr("`tarn run --full`"));
}

// A ledger's row as its text, written in the place of the state.
class LedgerRowTest : public LedgerTest {
 protected:
  std::string ErrorOf(const std::string& row) {
    const auto schema =
        arrow::schema({arrow::field("format", arrow::int64()), arrow::field("kind", arrow::utf8()),
                       arrow::field("name", arrow::utf8()), arrow::field("state", arrow::utf8())});
    auto transaction = lake_->Begin("run").ValueOrDie();
    auto part = transaction->NewLedgerPart({.name = lake::LedgerFolderOfTables(), .schema = schema})
                    .ValueOrDie();
    EXPECT_TRUE(part->Write(lake::Batch(schema, "[" + row + "]")).ok());
    EXPECT_TRUE(part->Close().ok());
    EXPECT_TRUE(transaction->Commit().ok());
    const Status status = State().status();
    EXPECT_THAT(HintOf(status), HasSubstr("`tarn run --full`"));
    return MessageOf(status);
  }
};

TEST_F(LedgerRowTest, OfANewerTarnOrDamaged) {
  EXPECT_THAT(ErrorOf(R"([2,"source","events","{}"])"),
              HasSubstr("or a newer tarn wrote it, in format 2"));
  EXPECT_THAT(ErrorOf(R"([null,"source","events","{}"])"), HasSubstr("a row has no format"));
  EXPECT_THAT(ErrorOf(R"([1,"source","events","{"])"), HasSubstr("parse error"));
  EXPECT_THAT(ErrorOf(R"([1,"source","events","{}"])"), HasSubstr("version"));
  EXPECT_THAT(ErrorOf(R"([1,"table","t","{\"run_id\":1}"])"), HasSubstr("must be string"));
  EXPECT_THAT(ErrorOf(R"([1,"x","t","{}"])"), HasSubstr("of no known kind"));
}

}  // namespace
}  // namespace tarn::ledger
