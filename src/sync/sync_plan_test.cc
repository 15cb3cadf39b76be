#include "sync/sync_plan.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"
#include "sync/copy.h"

namespace tarn::sync {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SyncTest : public ::testing::Test {
 protected:
  void Write(const std::string& name, const std::string& content, int64_t modified_s = 1000) {
    const std::string path = folder_.Write(name, content);
    const timespec times[2] = {{modified_s, 0}, {modified_s, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  }

  SyncPlan Plan() {
    return PlanSync(storage::TestStorages(), folder_ / "from", folder_ / "to/").ValueOrDie();
  }

  // Where the plan copies to, below the destination.
  std::vector<std::string> Copied(const SyncPlan& plan) {
    std::vector<std::string> names;
    for (const FileCopy& copy : plan.copies) {
      names.push_back(copy.to.substr((folder_ / "to/").size()));
    }
    return names;
  }

  storage::TemporaryFolder folder_;
};

TEST_F(SyncTest, CopiesWhatDiffersAndThenNothing) {
  Write("from/a", "1");
  Write("from/b/c", "22");
  Write("from/new", "4444");
  Write("from/size", "55555");
  Write("to/a", "1");              // as old
  Write("to/b/c", "xx", 999);      // older
  Write("to/size", "5555", 9999);  // of another size
  Write("to/gone", "6");
  const SyncPlan plan = Plan();
  EXPECT_THAT(Copied(plan), ElementsAre("b/c", "new", "size"));
  EXPECT_EQ(plan.num_same, 1);
  EXPECT_EQ(plan.num_bytes, 11);
  EXPECT_THAT(plan.removals, ElementsAre(folder_ / "to/gone"));
  CopyProgress progress;
  ASSERT_TRUE(
      CopyFiles(storage::TestStorages(), plan.copies, arrow::StopToken::Unstoppable(), &progress)
          .ok());
  EXPECT_EQ(progress.num_files, 3);
  EXPECT_EQ(progress.num_bytes, 11);
  EXPECT_EQ(folder_.Read("to/b/c"), "22");
  EXPECT_EQ(folder_.Read("to/size"), "55555");
  EXPECT_THAT(Plan().copies, IsEmpty());
}

TEST_F(SyncTest, HiddenNamesAreLeftAlone) {
  Write("from/a", "1");
  Write("from/_temporary/b", "1");
  Write("to/_tarn/lock", "1");
  EXPECT_THAT(Copied(Plan()), ElementsAre("a"));
  EXPECT_THAT(Plan().removals, IsEmpty());
}

TEST_F(SyncTest, WritesThroughNoLinkBelowTheDestination) {
  Write("from/a/b/c", "new");
  Write("from/top", "new");
  Write("outside/b/c", "kept", 1);
  Write("real/old", "1");
  fs::create_directory_symlink(folder_ / "real", folder_ / "to");  // the destination itself may be
  EXPECT_THAT(Copied(Plan()), ElementsAre("a/b/c", "top"));
  fs::create_directory_symlink(folder_ / "outside", folder_ / "real/a");
  const Status status =
      PlanSync(storage::TestStorages(), folder_ / "from", folder_ / "to").status();
  EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
  EXPECT_THAT(status.message(), HasSubstr("A link is in the place of a folder"));
  EXPECT_THAT(status.message(), HasSubstr("to/a"));
}

TEST_F(SyncTest, FoldersMayBeUris) {
  Write("from/a", "1");
  Write("to/b", "1");
  const SyncPlan plan = PlanSync(storage::TestStorages(), "file://" + (folder_ / "from"),
                                 "file://" + (folder_ / "to"))
                            .ValueOrDie();
  EXPECT_THAT(Copied(plan), ElementsAre("a"));
  EXPECT_THAT(plan.removals, ElementsAre(folder_ / "to/b"));
}

TEST_F(SyncTest, WhatCannotBeMeant) {
  Write("from/a", "1");
  const std::string from = folder_ / "from";
  const auto message = [](const Result<SyncPlan>& plan) {
    EXPECT_EQ(KindOf(plan.status()), ErrorKind::kBadInput);
    return plan.status().message();
  };
  EXPECT_THAT(message(PlanSync(storage::TestStorages(), folder_ / "missing", from)),
              HasSubstr("no files to copy"));
  EXPECT_THAT(message(PlanSync(storage::TestStorages(), from, from + "/")),
              HasSubstr("within the other"));
  EXPECT_THAT(message(PlanSync(storage::TestStorages(), from, from + "/b")),
              HasSubstr("within the other"));
}

TEST_F(SyncTest, LargeFilesAndStops) {
  Write("from/large", std::string(20'000'000, 'x') + "end");
  Write("from/empty", "");
  const SyncPlan plan = Plan();
  CopyProgress progress;
  arrow::StopSource source;
  source.RequestStop();
  EXPECT_TRUE(
      CopyFiles(storage::TestStorages(), plan.copies, source.token(), &progress).IsCancelled());
  EXPECT_FALSE(fs::exists(folder_ / "to/large"));
  ASSERT_TRUE(
      CopyFiles(storage::TestStorages(), plan.copies, arrow::StopToken::Unstoppable(), &progress)
          .ok());
  EXPECT_EQ(folder_.Read("to/large"), folder_.Read("from/large"));
  EXPECT_TRUE(fs::exists(folder_ / "to/empty"));
}

}  // namespace
}  // namespace tarn::sync
