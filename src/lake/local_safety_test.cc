#include <arrow/compute/initialize.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lake/journal.h"
#include "lake/lake.h"
#include "lake/table_for_test.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

// A lake on a disk is never stuck, and nothing outside it is touched.
namespace tarn::lake {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const auto kSafetySchema =
    arrow::schema({arrow::field("x", arrow::int32()), arrow::field("p", arrow::utf8())});

// While it lives, this process acts as a user who is not root, and the folder is that user's.
class AsPlainUser {
 public:
  explicit AsPlainUser(const std::string& folder) : is_root_(::geteuid() == 0) {
    if (!is_root_) return;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) Give(entry.path());
    Give(folder);
    EXPECT_EQ(::seteuid(kNobody), 0);
  }
  ~AsPlainUser() {
    if (is_root_) EXPECT_EQ(::seteuid(0), 0);
  }

 private:
  static constexpr uid_t kNobody = 65534;
  static void Give(const fs::path& path) {
    EXPECT_EQ(::lchown(path.c_str(), kNobody, static_cast<gid_t>(-1)), 0);
  }
  const bool is_root_;
};

class LocalSafetyTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  void SetUp() override {
    lake_ = Lake::Open(storage::TestStorages(), folder_ / "lake").ValueOrDie();
    outside_.Write("p=1/part-00000-run1.parquet", "kept");
    outside_.Write("keep.txt", "kept");
  }

  static Status Write(Transaction* transaction, const std::string& table, const std::string& rows) {
    ARROW_ASSIGN_OR_RAISE(
        auto writer,
        transaction->NewTable({.name = table, .schema = kSafetySchema, .partition_by = {"p"}}));
    ARROW_RETURN_NOT_OK(writer->Write(Batch(kSafetySchema, rows)));
    return writer->Close().status();
  }

  // One run that replaces tables `a` and `b`, both partitioned by p.
  Status Replace(const std::string& run_id, const std::string& rows) {
    ARROW_ASSIGN_OR_RAISE(auto lake, Lake::Open(storage::TestStorages(), folder_ / "lake"));
    ARROW_ASSIGN_OR_RAISE(auto transaction, lake->Begin(run_id));
    ARROW_RETURN_NOT_OK(Write(transaction.get(), "a", rows));
    ARROW_RETURN_NOT_OK(Write(transaction.get(), "b", rows));
    return transaction->Commit();
  }

  // Both tables hold these rows, and nothing else is in the lake.
  void ExpectRows(const std::string& rows, size_t num_partitions) {
    const std::string root = folder_ / "lake";
    for (const std::string table : {"/a", "/b"}) {
      EXPECT_TRUE(ReadAll(root + table)->Equals(*Batch(kSafetySchema, rows)));
    }
    EXPECT_EQ(FilesBelow(root).size(), 1 + 2 * num_partitions);
    EXPECT_EQ(FoldersBelow(root).size(), 3 + 2 * num_partitions);
  }

  void ExpectOutsideIsKept() {
    EXPECT_THAT(FilesBelow(outside_.path()),
                ElementsAre("keep.txt", "p=1/part-00000-run1.parquet"));
    EXPECT_EQ(outside_.Read("keep.txt"), "kept");
    EXPECT_EQ(outside_.Read("p=1/part-00000-run1.parquet"), "kept");
  }

  // The path of the only file of a partition, as journals have it.
  std::string FileOf(const std::string& table, const std::string& partition) {
    for (const auto& entry :
         fs::directory_iterator(folder_ / ("lake/" + table + "/" + partition))) {
      return partition + "/" + entry.path().filename().string();
    }
    return {};
  }

  std::string PutJournal(const Journal& journal, const std::string& name = "dead") {
    return folder_.Write("lake/_tarn/journal/" + name + ".json", JournalToJson(journal));
  }

  storage::TemporaryFolder folder_;
  storage::TemporaryFolder outside_;
  std::unique_ptr<Lake> lake_;
};

std::string Row(const std::string& value) { return fmt::format("[[1,\"{}\"]]", value); }

TEST_F(LocalSafetyTest, AValueThatIsTooLongFailsWhenItIsWritten) {
  ASSERT_TRUE(Replace("run1", Row("old")).ok());
  // "p=" and the value, escaped, are the name.
  for (const std::string& value :
       {std::string(254, 'x'), std::string(85, '/'), std::string(300, 'x')}) {
    auto transaction = lake_->Begin("run2").ValueOrDie();
    const Status status = Write(transaction.get(), "a", Row(value));
    EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
    EXPECT_THAT(
        status.message(),
        AllOf(HasSubstr("writing table a: A value of partition column p is too long"),
              HasSubstr("left(p, 50)"), HasSubstr(fmt::format("it has {} bytes", value.size())),
              HasSubstr("of at most 255"), HasSubstr(value.substr(0, 60)),
              Not(HasSubstr(value.substr(0, 61)))));
  }
  ExpectRows(Row("old"), 1);
  ASSERT_TRUE(Replace("run3", Row(std::string(253, 'x'))).ok());
  ExpectRows(Row(std::string(253, 'x')), 1);
  ASSERT_TRUE(Replace("run4", Row(std::string(84, '/') + "x")).ok());
}

TEST_F(LocalSafetyTest, ALongValueIsCutBetweenCharacters) {
  auto transaction = lake_->Begin("run").ValueOrDie();
  std::string value = "x";
  for (int i = 0; i < 100; ++i) value += "ä日";
  EXPECT_THAT(Write(transaction.get(), "a", Row(value)).message(),
              testing::EndsWith("begins with: " + value.substr(0, 58)));
}

TEST_F(LocalSafetyTest, APathThatIsTooLongFailsWhenItIsWritten) {
  arrow::FieldVector fields = {arrow::field("x", arrow::int32())};
  std::vector<std::string> partition_by;
  std::string row = "[[1";
  for (int column = 0; column < 17; ++column) {
    partition_by.push_back(fmt::format("p{}", column));
    fields.push_back(arrow::field(partition_by.back(), arrow::utf8()));
    row += ",\"" + std::string(240, 'x') + "\"";
  }
  const auto schema = arrow::schema(fields);
  auto transaction = lake_->Begin("run").ValueOrDie();
  auto writer = transaction->NewTable({.name = "a", .schema = schema, .partition_by = partition_by})
                    .ValueOrDie();
  const Status status = writer->Write(Batch(schema, row + "]]"));
  EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
  EXPECT_THAT(status.message(), HasSubstr("is too long for a folder's name"));
}

TEST_F(LocalSafetyTest, AFileInThePlaceOfAFolderLeavesTheOldTables) {
  ASSERT_TRUE(Replace("run1", Row("old")).ok());
  folder_.Write("lake/b/p=new", "mine");
  const Status status = Replace("run2", Row("new"));
  EXPECT_THAT(status.message(), HasSubstr("Not a directory"));
  EXPECT_EQ(folder_.Read("lake/b/p=new"), "mine");
  fs::remove(folder_ / "lake/b/p=new");
  ExpectRows(Row("old"), 1);  // and the folder that was made in `a` is gone
  ASSERT_TRUE(Replace("run3", Row("new")).ok());
  ExpectRows(Row("new"), 1);
}

TEST_F(LocalSafetyTest, AFolderInThePlaceOfAFileLeavesTheOldTables) {
  ASSERT_TRUE(Replace("run1", Row("old")).ok());
  fs::create_directories(folder_ / ("lake/b/p=old/part-00000-x.parquet"));
  ASSERT_TRUE(Replace("run2", Row("new")).ok());  // it is no file, so it stays
  EXPECT_TRUE(fs::exists(folder_ / "lake/b/p=old/part-00000-x.parquet"));
}

TEST_F(LocalSafetyTest, AFolderWithoutPermissionLeavesTheOldTables) {
  ASSERT_TRUE(Replace("run1", Row("old")).ok());
  const AsPlainUser user(folder_.path());
  for (const std::string locked : {"lake/b/p=old", "lake/b"}) {
    ASSERT_EQ(::chmod((folder_ / locked).c_str(), 0555), 0);
    const Status status = Replace("run2", Row("new"));
    ASSERT_EQ(::chmod((folder_ / locked).c_str(), 0755), 0);
    EXPECT_THAT(status.message(), AllOf(HasSubstr("Permission denied; check the owner"),
                                        HasSubstr(folder_ / locked)));
    ExpectRows(Row("old"), 1);
  }
  ASSERT_TRUE(Replace("run3", Row("new")).ok());
}

TEST_F(LocalSafetyTest, FilesOfOthersInAStickyFolderLeaveTheOldTables) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs files of two users";
  ASSERT_TRUE(Replace("run1", Row("old")).ok());
  {
    const AsPlainUser user(folder_.path());
    ASSERT_EQ(::seteuid(0), 0);
    const std::string file = FileOf("b", "p=old");
    ASSERT_EQ(::chown((folder_ / ("lake/b/" + file)).c_str(), 1, 1), 0);
    ASSERT_EQ(::chown((folder_ / "lake/b/p=old").c_str(), 1, 1), 0);
    ASSERT_EQ(::chmod((folder_ / "lake/b/p=old").c_str(), 01777), 0);
    ASSERT_EQ(::seteuid(65534), 0);
    const Status status = Replace("run2", Row("new"));
    EXPECT_THAT(status.message(), AllOf(HasSubstr("Cannot remove a file: Operation not permitted"),
                                        HasSubstr("lake/b/p=old/part-00000-run1")));
    ExpectRows(Row("old"), 1);
  }
  ASSERT_TRUE(Replace("run3", Row("new")).ok());
}

TEST_F(LocalSafetyTest, AnOuterFolderThatTheUserMadeStays) {
  fs::create_directories(folder_ / "lake/a");
  folder_.Write("lake/b", "a file");
  EXPECT_FALSE(Replace("run1", Row("new")).ok());
  {
    auto transaction = lake_->Begin("run2").ValueOrDie();
    ASSERT_TRUE(Write(transaction.get(), "a", Row("new")).ok());
    folder_.Write("lake/a/p=new", "mine");
    EXPECT_FALSE(transaction->Commit().ok());
  }
  EXPECT_THAT(FoldersBelow(folder_ / "lake"), ElementsAre("_tarn", "a"));
}

// What a commit of "dead" would do to both tables; its files are still staged.
TEST_F(LocalSafetyTest, AJournalWithAStagedFileGoneIsUndone) {
  ASSERT_TRUE(Replace("run1", Row("old")).ok());
  const std::string new_file = "p=new/part-00000-dead.snappy.parquet";
  folder_.Write("lake/_tarn/staging/dead/a/part-00000-dead.snappy.parquet", "new");
  folder_.Write("lake/a/p=2/part-00001-dead.snappy.parquet", "published before");
  PutJournal({"dead",
              {{"a",
                {new_file, "p=2/part-00001-dead.snappy.parquet"},
                {FileOf("a", "p=old")},
                {"p=2", "p=new"}},
               {"b", {new_file}, {FileOf("b", "p=old")}, {"p=new"}}},
              std::nullopt});
  EXPECT_EQ(lake_->Recover().ValueOrDie().num_rolled_back, 1);
  ExpectRows(Row("old"), 1);
  EXPECT_EQ(lake_->Recover().ValueOrDie().num_rolled_back, 0);
}

TEST_F(LocalSafetyTest, AJournalWhoseFolderCannotBeMadeIsUndone) {
  ASSERT_TRUE(Replace("run1", Row("old")).ok());
  const std::string long_folder = "p=" + std::string(260, 'x');
  folder_.Write("lake/_tarn/staging/dead/a/part-00000-dead.parquet", "new");
  folder_.Write("lake/_tarn/staging/dead/a/part-00001-dead.parquet", "new");
  PutJournal({"dead",
              {{"a",
                {"p=1/part-00000-dead.parquet", long_folder + "/part-00001-dead.parquet"},
                {FileOf("a", "p=old")},
                {"p=1"}}},
              std::nullopt});
  ASSERT_TRUE(Replace("run2", Row("new")).ok());
  ExpectRows(Row("new"), 1);
}

TEST_F(LocalSafetyTest, AJournalThatCannotBeFinishedOrUndoneSaysSo) {
  ASSERT_TRUE(Replace("run1", Row("old")).ok());
  const std::string journal =
      PutJournal({"dead",
                  {{"a",
                    {"p=1/part-00000-dead.parquet"},
                    {FileOf("a", "p=old"), "p=old/part-00009-gone.parquet"}}},
                  std::nullopt});
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Status status = Replace("run2", Row("new"));
    EXPECT_THAT(status.message(),
                AllOf(HasSubstr("tarn recover --discard dead"),
                      HasSubstr("Cannot publish a file: No such file or directory"),
                      HasSubstr("lake/a/p=1/part-00000-dead.parquet"),
                      HasSubstr("lake/a/p=old/part-00009-gone.parquet")));
  }
  fs::remove(journal);
  ASSERT_TRUE(Replace("run3", Row("new")).ok());
  ExpectRows(Row("new"), 1);
}

TEST_F(LocalSafetyTest, AJournalThatLeadsOutChangesNothing) {
  ASSERT_TRUE(Replace("run1", Row("old")).ok());
  const std::string out = "../" + outside_.path().substr(outside_.path().rfind('/') + 1);
  folder_.Write("lake/_tarn/staging/dead/a/part-00000-dead.parquet", "staged");
  const std::vector<Journal> journals = {
      {"dead", {{"../" + out, {}, {"p=1/part-00000-run1.parquet"}}}, {}},
      {"dead", {{"a", {}, {"../../" + out + "/keep.txt"}}}, {}},
      {"dead", {{"a", {"../../" + out + "/part-00000-dead.parquet"}, {}}}, {}},
      {"dead", {{"a", {}, {outside_ / "keep.txt"}}}, {}},
      {"../../../" + out, {}, {}},
      {"dead", {{"a", {}, {FileOf("a", "p=old")}}}, CommitPhase::kRemove}};
  const auto before = FilesBelow(folder_.path());
  for (const Journal& journal : journals) {
    const std::string path = PutJournal(journal);
    for (const Status& status : {Replace("run2", Row("new")), lake_->Recover().status()}) {
      EXPECT_THAT(status.message(), AllOf(HasSubstr("Cannot read the lake's journal " + path),
                                          HasSubstr("tarn recover --discard dead")));
    }
    fs::remove(path);
    fs::remove(folder_ / "lake/_tarn/journal");
    EXPECT_EQ(FilesBelow(folder_.path()), before);
    ExpectOutsideIsKept();
  }
  ASSERT_TRUE(Replace("run3", Row("new")).ok());
  ExpectRows(Row("new"), 1);
}

// In the place of which of the lake's folders the link is.
class LinkTest : public LocalSafetyTest, public testing::WithParamInterface<const char*> {};

TEST_P(LinkTest, IsRefusedAndNotFollowed) {
  ASSERT_TRUE(Replace("run1", Row("one")).ok());
  const std::string place = folder_ / (std::string("lake/") + GetParam());
  fs::remove_all(place);
  fs::create_directory_symlink(outside_.path(), place);
  const Status status = Replace("run2", Row("one"));
  EXPECT_EQ(KindOf(status), ErrorKind::kBadInput) << status;
  EXPECT_THAT(status.message(), AllOf(HasSubstr("A link is in the place of"), HasSubstr(place)));
  ExpectOutsideIsKept();
  EXPECT_TRUE(fs::is_symlink(place));
  fs::remove(place);
  ASSERT_TRUE(Replace("run3", Row("one")).ok());
  ExpectRows(Row("one"), 1);
}

INSTANTIATE_TEST_SUITE_P(EveryFolder, LinkTest,
                         testing::Values("a", "a/p=one", "b/p=one", "a/p=other", "_tarn",
                                         "_tarn/staging", "_tarn/journal", "_tarn/runs",
                                         "_tarn/quarantine"));

TEST_F(LocalSafetyTest, ALinkThatAppearsBeforeTheCommitIsNotFollowed) {
  ASSERT_TRUE(Replace("run1", Row("one")).ok());
  {
    auto transaction = lake_->Begin("run2").ValueOrDie();
    ASSERT_TRUE(Write(transaction.get(), "a", Row("one")).ok());
    fs::remove_all(folder_ / "lake/a");
    fs::create_directory_symlink(outside_.path(), folder_ / "lake/a");
    EXPECT_EQ(KindOf(transaction->Commit()), ErrorKind::kBadInput);
  }
  ExpectOutsideIsKept();
}

TEST_F(LocalSafetyTest, TheRootMayBeALink) {
  fs::create_directories(folder_ / "real");
  fs::create_directory_symlink(folder_ / "real", folder_ / "lake");
  ASSERT_TRUE(Replace("run1", Row("one")).ok());
  EXPECT_TRUE(fs::exists(folder_ / "real/a/p=one"));
  EXPECT_EQ(Lake::Open(storage::TestStorages(), folder_ / "lake").ValueOrDie()->root(),
            folder_ / "real");
}

TEST_F(LocalSafetyTest, ALinkOfAFileGoesItself) {
  ASSERT_TRUE(Replace("run1", Row("one")).ok());
  fs::create_symlink(outside_ / "keep.txt", folder_ / "lake/a/p=one/part-00001-run0.parquet");
  ASSERT_TRUE(Replace("run2", Row("one")).ok());
  ExpectRows(Row("one"), 1);
  ExpectOutsideIsKept();
}

TEST_F(LocalSafetyTest, TheLockIsAFileOfItsOwn) {
  const std::string lock = folder_ / "lake/_tarn/lock";
  fs::create_directories(folder_ / "lake/_tarn");
  for (const bool is_hard : {false, true}) {
    if (is_hard) {
      fs::create_hard_link(outside_ / "keep.txt", lock);
    } else {
      fs::create_symlink(outside_ / "keep.txt", lock);
    }
    EXPECT_THAT(Replace("run", Row("one")).message(), HasSubstr("in the place of the lake's lock"));
    ExpectOutsideIsKept();
    fs::remove(lock);
  }
  fs::create_symlink(outside_ / "new", lock);
  EXPECT_FALSE(Replace("run", Row("one")).ok());
  fs::remove(lock);
  ASSERT_EQ(::mkfifo(lock.c_str(), 0600), 0);
  EXPECT_THAT(Replace("run", Row("one")).message(), HasSubstr("in the place of the lake's lock"));
  fs::remove(lock);
  fs::create_directories(lock);
  EXPECT_THAT(Replace("run", Row("one")).message(),
              HasSubstr("Cannot open the lake's lock: Is a dir"));
  fs::remove(lock);
  ExpectOutsideIsKept();
  ASSERT_TRUE(Replace("run", Row("one")).ok());
}

TEST_F(LocalSafetyTest, TheLockIsItsOwnersAlone) {
  ASSERT_TRUE(Replace("run1", Row("one")).ok());
  const std::string lock = folder_ / "lake/_tarn/lock";
  EXPECT_EQ(fs::status(lock).permissions(), fs::perms(0600));
  // Locks of older lakes are fine.
  fs::permissions(lock, fs::perms(0666));
  ASSERT_TRUE(Replace("run2", Row("one")).ok());
  const AsPlainUser user(folder_.path());
  fs::permissions(lock, fs::perms(0444));
  EXPECT_THAT(Replace("run3", Row("one")).message(),
              AllOf(HasSubstr("This user may not take the lake's lock; run as the lock's owner"),
                    HasSubstr("mode 0444: " + lock)));
}

TEST_F(LocalSafetyTest, FilesOfOthersInATablesFolderAreNotReplaced) {
  ASSERT_TRUE(Replace("run1", Row("one")).ok());
  for (const std::string name :
       {"data.parquet", "_SUCCESS", "p=one/_metadata", "p=9/x.parquet", "p=one/._SUCCESS.crc",
        "part-00000-9a1b2c3d-0000-4000-8000-0123456789ab-c000.snappy.parquet"}) {
    const std::string path = folder_.Write("lake/b/" + name, "mine");
    const Status status = Replace("run2", Row("one"));
    EXPECT_EQ(KindOf(status), ErrorKind::kBadInput) << name;
    EXPECT_THAT(status.message(), HasSubstr(folder_ / "lake/b: " + name));
    EXPECT_EQ(folder_.Read("lake/b/" + name), "mine");
    fs::remove(path);
  }
  fs::remove(folder_ / "lake/b/p=9");
  ExpectRows(Row("one"), 1);
  {
    auto transaction = lake_->Begin("run3").ValueOrDie();
    ASSERT_TRUE(Write(transaction.get(), "b", Row("one")).ok());
    folder_.Write("lake/b/came-later.parquet", "mine");
    EXPECT_EQ(KindOf(transaction->Commit()), ErrorKind::kBadInput);
  }
  EXPECT_EQ(folder_.Read("lake/b/came-later.parquet"), "mine");
}

TEST_F(LocalSafetyTest, ASourceWhoseNameHasSlashesKeepsNoRecords) {
  auto transaction = lake_->Begin("run").ValueOrDie();
  for (const std::string name : {"a/b", "../../../outside", ""}) {
    EXPECT_EQ(transaction->NewQuarantine(name).ok(), name.empty()) << name;
  }
}

}  // namespace
}  // namespace tarn::lake
