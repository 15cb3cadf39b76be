#include "lake/local_lake.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "lake/parquet_for_test.h"
#include "lake/state_folders.h"
#include "lake/table_for_test.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::lake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const auto kSchema =
    arrow::schema({arrow::field("x", arrow::int32()), arrow::field("p", arrow::int32())});

class LocalLakeTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  void SetUp() override {
    lake_ = Lake::Open(storage::TestStorages(), folder_ / "lake").ValueOrDie();
  }

  static Status Write(Transaction* transaction, const std::string& table, const std::string& rows) {
    ARROW_ASSIGN_OR_RAISE(
        auto writer,
        transaction->NewTable({.name = table, .schema = kSchema, .partition_by = {"p"}}));
    ARROW_RETURN_NOT_OK(writer->Write(Batch(kSchema, rows)));
    return writer->Close().status();
  }

  // One run that replaces one table.
  Status Replace(const std::string& run_id, const std::string& table, const std::string& rows) {
    ARROW_ASSIGN_OR_RAISE(auto transaction, lake_->Begin(run_id));
    ARROW_RETURN_NOT_OK(Write(transaction.get(), table, rows));
    return transaction->Commit();
  }

  storage::TemporaryFolder folder_;
  std::unique_ptr<Lake> lake_;
};

TEST_F(LocalLakeTest, OpensWithoutTouching) {
  EXPECT_EQ(lake_->root(), folder_ / "lake");
  EXPECT_EQ(Lake::Open(storage::TestStorages(), folder_ / "x/../lake/").ValueOrDie()->root(),
            folder_ / "lake");
  EXPECT_THAT(lake_->ListTables().ValueOrDie(), IsEmpty());
  EXPECT_EQ(lake_->Recover().ValueOrDie().num_rolled_back, 0);
  EXPECT_THAT(FilesBelow(folder_.path()), IsEmpty());
  EXPECT_EQ(KindOf(Lake::Open(storage::TestStorages(), "gs://bucket/lake").status()),
            ErrorKind::kBadInput);
}

TEST_F(LocalLakeTest, PublishesAllTablesAtCommit) {
  auto transaction = lake_->Begin("run1").ValueOrDie();
  EXPECT_EQ(transaction->run_id(), "run1");
  ASSERT_TRUE(Write(transaction.get(), "a", "[[1,1],[2,2]]").ok());
  ASSERT_TRUE(Write(transaction.get(), "b", "[[3,1]]").ok());
  EXPECT_THAT(lake_->ListTables().ValueOrDie(), IsEmpty());
  ASSERT_TRUE(transaction->Commit().ok());
  transaction.reset();
  EXPECT_THAT(lake_->ListTables().ValueOrDie(), ElementsAre("a", "b"));
  EXPECT_THAT(
      FilesBelow(lake_->root()),
      ElementsAre("_tarn/lock", "a/p=1/part-00000-run1.snappy.parquet",
                  "a/p=2/part-00001-run1.snappy.parquet", "b/p=1/part-00000-run1.snappy.parquet"));
  EXPECT_EQ(folder_.Read("lake/_tarn/lock"), "");
}

TEST_F(LocalLakeTest, AdoptsWhatAnotherProgramWrote) {
  ASSERT_TRUE(Replace("run1", "a", "[[1,1]]").ok());
  auto transaction = lake_->Begin("run2").ValueOrDie();
  auto table = transaction->NewForeignTable({.name = "a", .schema = kSchema, .partition_by = {"p"}})
                   .ValueOrDie();
  const std::string folder = table->folder().substr((folder_ / "").size());
  // One task of Spark calls its files of all partitions the same.
  const std::string one = ForeignParquet(3);
  const std::string two = ForeignParquet(2);
  folder_.Write(folder + "/p=1/part-00000-x.c000.snappy.parquet", one);
  folder_.Write(folder + "/p=2/part-00000-x.c000.snappy.parquet", two);
  folder_.Write(folder + "/_SUCCESS", "");
  folder_.Write(folder + "/_temporary/0/part-00001-x.parquet", "of a task that failed");
  const TableStats stats = table->Adopt(5).ValueOrDie();
  EXPECT_EQ(stats.num_rows, 5);
  EXPECT_EQ(stats.num_files, 2);
  EXPECT_EQ(stats.num_bytes, static_cast<int64_t>(one.size() + two.size()));
  EXPECT_EQ(stats.num_partitions, 2);
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_THAT(FilesBelow(lake_->root()),
              ElementsAre("_tarn/lock", "a/p=1/part-00000-run2.snappy.parquet",
                          "a/p=2/part-00001-run2.snappy.parquet"));
  EXPECT_EQ(
      std::filesystem::file_size(FileBelow(lake_->root(), "a/p=2/part-00001-run2.snappy.parquet")),
      two.size());
}

TEST_F(LocalLakeTest, AForeignTableThatIsWrittenHere) {
  auto transaction = lake_->Begin("run1").ValueOrDie();
  TableSpec spec{.name = "a", .schema = kSchema, .partition_by = {"p"}};
  auto table = transaction->NewForeignTable(spec).ValueOrDie();
  const std::string folder = table->folder().substr((folder_ / "").size());
  folder_.Write(folder + "/p=9/part-00000-x.parquet", "of who gave up");
  auto writer = table->NewWriter(spec).ValueOrDie();
  ASSERT_TRUE(writer->Write(Batch(kSchema, "[[1,1]]")).ok());
  EXPECT_FALSE(transaction->Commit().ok());
  EXPECT_EQ(writer->Close().ValueOrDie().num_files, 1);
  ASSERT_TRUE(transaction->Commit().ok());
  transaction.reset();
  EXPECT_THAT(FilesBelow(lake_->root()),
              ElementsAre("_tarn/lock", "a/p=1/part-00000-run1.snappy.parquet"));
}

TEST_F(LocalLakeTest, WhatIsHandedOverIsNotPublished) {
  auto transaction = lake_->Begin("run1").ValueOrDie();
  Handover handover = transaction->NewHandover({.name = "raw", .schema = kSchema}).ValueOrDie();
  ASSERT_TRUE(handover.writer->Write(Batch(kSchema, "[[1,1]]")).ok());
  EXPECT_EQ(handover.writer->Close().ValueOrDie().num_rows, 1);
  // Once more, by another part of the run.
  Handover other = transaction->NewHandover({.name = "raw", .schema = kSchema}).ValueOrDie();
  EXPECT_NE(other.folder, handover.folder);
  ASSERT_TRUE(other.writer->Close().ok());
  const auto written = DescribeTable(lake_->storage().get(), handover.folder).ValueOrDie();
  EXPECT_EQ(written.stats.num_rows, 1);
  ASSERT_TRUE(Write(transaction.get(), "a", "[[2,1]]").ok());
  ASSERT_TRUE(transaction->Commit().ok());
  transaction.reset();
  EXPECT_THAT(FilesBelow(lake_->root()),
              ElementsAre("_tarn/lock", "a/p=1/part-00000-run1.snappy.parquet"));
}

TEST_F(LocalLakeTest, AForeignTableWithOtherRowsThanWereWritten) {
  ASSERT_TRUE(Replace("run1", "a", "[[1,1]]").ok());
  for (const int64_t num_written : {2, 4}) {
    auto transaction = lake_->Begin("run2").ValueOrDie();
    auto table = transaction->NewForeignTable({.name = "a", .schema = kSchema}).ValueOrDie();
    const std::string folder = table->folder().substr((folder_ / "").size());
    folder_.Write(folder + "/part-00000-x.parquet", ForeignParquet(3));
    EXPECT_THAT(table->Adopt(num_written).status().message(),
                HasSubstr("rows were written, and 3 rows are in the files that are listed"));
    EXPECT_FALSE(transaction->Commit().ok());
  }
  EXPECT_THAT(FilesBelow(lake_->root()),
              ElementsAre("_tarn/lock", "a/p=1/part-00000-run1.snappy.parquet"));
}

TEST_F(LocalLakeTest, AForeignTableWithoutPartitions) {
  auto transaction = lake_->Begin("run1").ValueOrDie();
  auto table = transaction->NewForeignTable({.name = "a", .schema = kSchema}).ValueOrDie();
  const std::string folder = table->folder().substr((folder_ / "").size());
  folder_.Write(folder + "/part-00000-x.parquet", ForeignParquet(3));
  const TableStats stats = table->Adopt(3).ValueOrDie();
  EXPECT_EQ(stats.num_rows, 3);
  EXPECT_EQ(stats.num_partitions, 1);
}

TEST_F(LocalLakeTest, AForeignTableWithoutFiles) {
  auto transaction = lake_->Begin("run1").ValueOrDie();
  auto lost = transaction->NewForeignTable({.name = "lost", .schema = kSchema}).ValueOrDie();
  EXPECT_THAT(lost->Adopt(3).status().message(), HasSubstr("3 rows were written elsewhere"));
  EXPECT_FALSE(transaction->Commit().ok());
  transaction.reset();
  transaction = lake_->Begin("run2").ValueOrDie();
  auto empty = transaction->NewForeignTable({.name = "a", .schema = kSchema}).ValueOrDie();
  EXPECT_EQ(empty->Adopt(0).ValueOrDie().num_files, 1);
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_TRUE(
      DescribeTable(storage::TestStorages()->For("/").ValueOrDie().get(), lake_->root() + "/a")
          .ValueOrDie()
          .schema->Equals(*kSchema));
}

TEST_F(LocalLakeTest, ReplacesFilesAndPrunesFolders) {
  ASSERT_TRUE(Replace("run1", "a", "[[1,1],[2,2]]").ok());
  ASSERT_TRUE(Replace("run1b", "other", "[[1,1]]").ok());
  ASSERT_TRUE(Replace("run2", "a", "[[3,2],[4,3]]").ok());
  EXPECT_THAT(FilesBelow(lake_->root() + "/a"), ElementsAre("p=2/part-00000-run2.snappy.parquet",
                                                            "p=3/part-00001-run2.snappy.parquet"));
  EXPECT_THAT(FoldersBelow(lake_->root() + "/a"), ElementsAre("p=2", "p=3"));
  EXPECT_THAT(FoldersBelow(lake_->root() + "/_tarn"), IsEmpty());
  EXPECT_THAT(FilesBelow(lake_->root() + "/other"), SizeIs(1));
}

TEST_F(LocalLakeTest, AppendsFilesBesideOldOnes) {
  const auto append = [&](const std::string& run_id, const std::string& rows,
                          std::vector<std::string> partition_by) -> Result<TableStats> {
    ARROW_ASSIGN_OR_RAISE(auto transaction, lake_->Begin(run_id));
    ARROW_ASSIGN_OR_RAISE(
        auto writer,
        transaction->NewTable(
            {.name = "a", .schema = kSchema, .partition_by = partition_by, .appends = true}));
    ARROW_RETURN_NOT_OK(writer->Write(Batch(kSchema, rows)));
    ARROW_ASSIGN_OR_RAISE(const TableStats stats, writer->Close());
    ARROW_RETURN_NOT_OK(transaction->Commit());
    return stats;
  };
  ASSERT_TRUE(Replace("run1", "a", "[[1,1],[2,2]]").ok());
  EXPECT_EQ(append("run2", "[[3,2],[4,3]]", {"p"}).ValueOrDie().num_files, 2);
  const auto expected =
      ElementsAre("p=1/part-00000-run1.snappy.parquet", "p=2/part-00000-run2.snappy.parquet",
                  "p=2/part-00001-run1.snappy.parquet", "p=3/part-00001-run2.snappy.parquet");
  EXPECT_THAT(FilesBelow(lake_->root() + "/a"), expected);
  EXPECT_THAT(FoldersBelow(lake_->root() + "/_tarn"), IsEmpty());
  // Without rows, no file is added, neither to a table of partitions nor to one of a single file.
  EXPECT_EQ(append("run3", "[]", {"p"}).ValueOrDie().num_files, 0);
  EXPECT_EQ(append("run4", "[]", {}).ValueOrDie().num_files, 0);
  EXPECT_THAT(FilesBelow(lake_->root() + "/a"), expected);
  ASSERT_TRUE(Replace("run5", "a", "[[5,1]]").ok());
  EXPECT_THAT(FilesBelow(lake_->root() + "/a"), ElementsAre("p=1/part-00000-run5.snappy.parquet"));
}

TEST_F(LocalLakeTest, ReplacesPartitionsOfATableThatAppends) {
  const auto write = [&](const std::string& run_id, const std::string& rows,
                         const std::vector<std::string>& replaced) {
    auto transaction = lake_->Begin(run_id).ValueOrDie();
    const TableSpec spec{.name = "a", .schema = kSchema, .partition_by = {"p"}, .appends = true};
    auto writer = transaction->NewTable(spec).ValueOrDie();
    ASSERT_TRUE(writer->Write(Batch(kSchema, rows)).ok());
    ASSERT_TRUE(writer->Close().ok());
    for (const std::string& folder : replaced) transaction->ReplacePartition("a", folder);
    EXPECT_EQ(transaction->PartitionsToReplace("a"), replaced);
    ASSERT_TRUE(transaction->Commit().ok());
  };
  ASSERT_TRUE(Replace("run1", "a", "[[1,1],[2,2],[3,11]]").ok());
  write("run2", "[[4,1],[5,3]]", {"p=1"});
  EXPECT_THAT(
      FilesBelow(lake_->root() + "/a"),
      ElementsAre("p=1/part-00000-run2.snappy.parquet", "p=11/part-00002-run1.snappy.parquet",
                  "p=2/part-00001-run1.snappy.parquet", "p=3/part-00001-run2.snappy.parquet"));
  // Nothing takes the place of what goes.
  write("run3", "[]", {"p=11", "p=2"});
  EXPECT_THAT(FoldersBelow(lake_->root() + "/a"), ElementsAre("p=1", "p=3"));
}

TEST_F(LocalLakeTest, StatesAreReplacedAndCleared) {
  auto transaction = lake_->Begin("run1").ValueOrDie();
  EXPECT_FALSE(transaction->NewStatePart({.name = "a", .schema = kSchema}).ok());
  for (const std::string table : {"a", "b"}) {
    auto part =
        transaction->NewStatePart({.name = StateFolderOf(table), .schema = kSchema}).ValueOrDie();
    ASSERT_TRUE(part->Write(Batch(kSchema, "[[1,1]]")).ok());
    ASSERT_TRUE(part->Close().ok());
  }
  ASSERT_TRUE(transaction->Commit().ok());
  transaction.reset();
  transaction = lake_->Begin("run2").ValueOrDie();
  transaction->ClearState("a");
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_THAT(FilesBelow(lake_->root() + "/_tarn/state"),
              ElementsAre("b/part-00000-run1.snappy.parquet"));
}

TEST_F(LocalLakeTest, AppendsWhatAnotherProgramWrote) {
  ASSERT_TRUE(Replace("run1", "a", "[[1,1]]").ok());
  auto transaction = lake_->Begin("run2").ValueOrDie();
  auto table = transaction
                   ->NewForeignTable(
                       {.name = "a", .schema = kSchema, .partition_by = {"p"}, .appends = true})
                   .ValueOrDie();
  const std::string folder = table->folder().substr((folder_ / "").size());
  folder_.Write(folder + "/p=1/part-00000-x.c000.snappy.parquet", ForeignParquet(3));
  EXPECT_EQ(table->Adopt(3).ValueOrDie().num_files, 1);
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_THAT(FilesBelow(lake_->root() + "/a"), ElementsAre("p=1/part-00000-run1.snappy.parquet",
                                                            "p=1/part-00000-run2.snappy.parquet"));
}

TEST_F(LocalLakeTest, AppendsNothingToOthersFiles) {
  folder_.Write("lake/a/theirs.parquet", "mine");
  auto transaction = lake_->Begin("run").ValueOrDie();
  EXPECT_THAT(
      transaction->NewTable({.name = "a", .schema = kSchema, .appends = true}).status().message(),
      HasSubstr("holds files that tarn did not write"));
}

TEST_F(LocalLakeTest, TheLedgerHasItsOwnFolders) {
  auto transaction = lake_->Begin("run").ValueOrDie();
  for (const std::string name : {"a", "_tarn/ledger", "_tarn/ledger/source=a/b", "_tarn/runs"}) {
    EXPECT_EQ(KindOf(transaction->NewLedgerPart({.name = name, .schema = kSchema}).status()),
              ErrorKind::kBadInput)
        << name;
  }
}

TEST_F(LocalLakeTest, ARunIdMayComeAgain) {
  ASSERT_TRUE(Replace("run", "a", "[[1,1],[2,2]]").ok());
  ASSERT_TRUE(Replace("run", "a", "[[3,1]]").ok());
  EXPECT_THAT(FilesBelow(lake_->root() + "/a"), ElementsAre("p=1/part-00000-run.snappy.parquet"));
  EXPECT_TRUE(ReadAll(lake_->root() + "/a", kSchema.get())->Equals(*Batch(kSchema, "[[3,1]]")));
}

TEST_F(LocalLakeTest, KeepsWhatTheUserPutThere) {
  ASSERT_TRUE(Replace("run1", "a", "[[1,1]]").ok());
  const std::string table = "lake/a/";
  for (const std::string name :
       {"README.md", "p=1/notes.txt", "archive/old.parquet", "_backup/p=1/x.parquet", ".hidden",
        "_draft.parquet", "p=9/.keep"}) {
    folder_.Write(table + name, "mine");
  }
  ASSERT_TRUE(Replace("run2", "a", "[[2,2]]").ok());
  EXPECT_THAT(FilesBelow(lake_->root() + "/a"),
              ElementsAre(".hidden", "README.md", "_backup/p=1/x.parquet", "_draft.parquet",
                          "archive/old.parquet", "p=1/notes.txt",
                          "p=2/part-00000-run2.snappy.parquet", "p=9/.keep"));
}

TEST_F(LocalLakeTest, AbortLeavesTheOldTables) {
  ASSERT_TRUE(Replace("run1", "a", "[[1,1]]").ok());
  const auto before = FilesBelow(lake_->root());
  {
    auto transaction = lake_->Begin("run2").ValueOrDie();
    ASSERT_TRUE(Write(transaction.get(), "a", "[[2,2]]").ok());
    EXPECT_NE(FilesBelow(lake_->root()), before);
    ASSERT_TRUE(transaction->Abort().ok());
    EXPECT_EQ(FilesBelow(lake_->root()), before);
    EXPECT_TRUE(transaction->Abort().ok());
    EXPECT_TRUE(transaction->Commit().IsInvalid());
  }
  {
    auto transaction = lake_->Begin("run3").ValueOrDie();
    ASSERT_TRUE(Write(transaction.get(), "a", "[[2,2]]").ok());
  }
  EXPECT_EQ(FilesBelow(lake_->root()), before);
  EXPECT_TRUE(ReadAll(lake_->root() + "/a", kSchema.get())->Equals(*Batch(kSchema, "[[1,1]]")));
}

TEST_F(LocalLakeTest, OneRunAtATime) {
  auto first = lake_->Begin("run1").ValueOrDie();
  const auto other = Lake::Open(storage::TestStorages(), lake_->root()).ValueOrDie();
  const Status status = other->Begin("run2").status();
  EXPECT_EQ(KindOf(status), ErrorKind::kConflict);
  EXPECT_THAT(status.message(), HasSubstr("The lake is locked by another run; wait until it ends"));
  EXPECT_THAT(status.message(),
              HasSubstr("run run1, process " + std::to_string(::getpid()) + " on "));
  EXPECT_EQ(KindOf(other->Recover().status()), ErrorKind::kConflict);
  ASSERT_TRUE(Write(first.get(), "a", "[[1,1]]").ok());
  ASSERT_TRUE(first->Commit().ok());
  first.reset();
  EXPECT_TRUE(other->Begin("run2").ok());
}

TEST_F(LocalLakeTest, RollsBackWhatADeadRunStaged) {
  ASSERT_TRUE(Replace("run1", "a", "[[1,1]]").ok());
  const auto before = FilesBelow(lake_->root());
  folder_.Write("lake/_tarn/staging/dead/a/part-00000-dead.snappy.parquet", "x");
  folder_.Write("lake/_tarn/journal/dead.json.tmp", "{");
  folder_.Write("lake/_tarn/runs/dead.json", "kept");
  const RecoveryReport report = lake_->Recover().ValueOrDie();
  EXPECT_EQ(report.num_rolled_back, 1);
  EXPECT_EQ(report.num_rolled_forward, 0);
  EXPECT_EQ(folder_.Read("lake/_tarn/runs/dead.json"), "kept");
  std::filesystem::remove_all(folder_ / "lake/_tarn/runs");
  EXPECT_EQ(FilesBelow(lake_->root()), before);
}

TEST_F(LocalLakeTest, RefusesWrongNamesAndOrders) {
  auto transaction = lake_->Begin("run").ValueOrDie();
  for (const std::string name : {"_tarn", ".x", "", "a/b", ".."}) {
    EXPECT_EQ(KindOf(Write(transaction.get(), name, "[[1,1]]")), ErrorKind::kBadInput) << name;
  }
  ASSERT_TRUE(Write(transaction.get(), "a", "[[1,1]]").ok());
  EXPECT_TRUE(Write(transaction.get(), "a", "[[1,1]]").IsInvalid());
  const auto open = transaction->NewTable({.name = "b", .schema = kSchema}).ValueOrDie();
  EXPECT_TRUE(transaction->Commit().IsInvalid());
  transaction.reset();
  EXPECT_TRUE(lake_->Begin("../run").status().IsInvalid());
  EXPECT_THAT(lake_->ListTables().ValueOrDie(), IsEmpty());
}

TEST_F(LocalLakeTest, ARootThatIsAFile) {
  folder_.Write("file");
  const auto lake = Lake::Open(storage::TestStorages(), folder_ / "file").ValueOrDie();
  EXPECT_THAT(lake->Begin("run").status().message(),
              HasSubstr("a file is where a folder is needed"));
}

TEST_F(LocalLakeTest, ATableThatIsAFile) {
  folder_.Write("lake/a", "mine");
  auto transaction = lake_->Begin("run").ValueOrDie();
  EXPECT_THAT(Write(transaction.get(), "a", "[[1,1]]").message(),
              HasSubstr("Cannot replace a table: Cannot open a folder: Not a directory"));
  EXPECT_EQ(folder_.Read("lake/a"), "mine");
}

TEST_F(LocalLakeTest, AnUnwritableRoot) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  std::filesystem::create_directories(lake_->root());
  ::chmod(lake_->root().c_str(), 0500);
  const Status status = lake_->Begin("run").status();
  ::chmod(lake_->root().c_str(), 0700);
  EXPECT_THAT(status.message(), HasSubstr("Permission denied; check the owner"));
}

TEST_F(LocalLakeTest, AFullDiskLeavesTheOldTables) {
  ASSERT_TRUE(Replace("run1", "a", "[[1,1]]").ok());
  const auto before = FilesBelow(lake_->root());
  {
    auto transaction = lake_->Begin("run2").ValueOrDie();
    struct rlimit old_limit;
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old_limit), 0);
    // A limit on file sizes stands for the full disk: writes fail in the same place.
    const struct rlimit limit = {10, old_limit.rlim_max};
    ::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    const Status status = Write(transaction.get(), "a", "[[2,2]]");
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old_limit), 0);
    EXPECT_THAT(status.message(), HasSubstr("writing table a: Cannot write a file: "));
  }
  EXPECT_EQ(FilesBelow(lake_->root()), before);
}

}  // namespace
}  // namespace tarn::lake
