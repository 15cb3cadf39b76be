#include "ledger/compare_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::ledger {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

storage::ObjectInfo Info(const std::string& path, int64_t size_bytes = 10, int64_t modified_ns = 7,
                         const std::string& etag = "") {
  return {path, size_bytes, modified_ns, etag};
}

// What is in a ledger that has these, of which the table has consumed `version`.
FileChanges Compare(const std::vector<storage::ObjectInfo>& listing,
                    const std::vector<ConsumedFile>& ledger, int64_t version = 1) {
  FileComparison comparison(&listing, version);
  for (const ConsumedFile& file : ledger) {
    const auto taken = comparison.Take(file);
    EXPECT_TRUE(taken.ok()) << taken.status();
  }
  return comparison.Finish();
}

std::vector<std::string> Added(const FileChanges& changes) {
  std::vector<std::string> paths;
  for (const storage::ObjectInfo& file : changes.added) paths.push_back(file.path);
  return paths;
}

TEST(CompareFilesTest, TheSameFileBySizeTimeAndETag) {
  EXPECT_TRUE(IsSame(Info("a"), Info("a")));
  EXPECT_FALSE(IsSame(Info("a", 11), Info("a", 10)));
  EXPECT_FALSE(IsSame(Info("a", 10, 8), Info("a", 10, 7)));
  EXPECT_TRUE(IsSame(Info("a", 10, 7, "x"), Info("a", 10, 7, "x")));
  // An object that is put again with the same content: _metadata has another time.
  EXPECT_FALSE(IsSame(Info("a", 10, 8, "x"), Info("a", 10, 7, "x")));
  EXPECT_FALSE(IsSame(Info("a", 10, 7, "y"), Info("a", 10, 7, "x")));
  EXPECT_TRUE(IsSame(Info("a", 10, 7, "y"), Info("a", 10, 7)));
  // Nothing to compare by.
  EXPECT_FALSE(IsSame(Info("a", 10, 0), Info("a", 10, 0)));
}

TEST(CompareFilesTest, NewFilesInTheOrderOfTheListing) {
  const auto changes = Compare({Info("c"), Info("a"), Info("b")}, {{Info("a")}});
  EXPECT_THAT(Added(changes), ElementsAre("c", "b"));
  EXPECT_EQ(changes.num_same, 1);
  EXPECT_TRUE(changes.only_added());
  EXPECT_THAT(Added(Compare({Info("a")}, {})), ElementsAre("a"));
  EXPECT_THAT(Added(Compare({}, {})), IsEmpty());
  EXPECT_THAT(Added(Compare({Info("a")}, {{Info("a")}})), IsEmpty());
}

TEST(CompareFilesTest, ChangedAndGone) {
  const auto changes = Compare({Info("a", 11), Info("b")}, {{Info("a")}, {Info("b")}, {Info("c")}});
  EXPECT_THAT(Added(changes), IsEmpty());
  EXPECT_EQ(changes.num_same, 1);
  EXPECT_EQ(changes.num_changed, 1);
  EXPECT_EQ(changes.num_gone, 1);
  EXPECT_THAT(changes.lost, ElementsAre("a", "c"));
  EXPECT_FALSE(changes.only_added());
}

TEST(CompareFilesTest, OfManyThatAreGoneSomeAreNamed) {
  std::vector<ConsumedFile> ledger;
  for (int file = 0; file < 100; ++file) ledger.push_back({Info("f" + std::to_string(file))});
  const auto changes = Compare({}, ledger);
  EXPECT_EQ(changes.num_gone, 100);
  EXPECT_THAT(changes.lost, SizeIs(FileComparison::kLostMax));
}

// A table that was left out of a run has not consumed that run's files, whatever became of them.
TEST(CompareFilesTest, FilesOfLaterVersionsAreNew) {
  const std::vector<ConsumedFile> ledger = {
      {Info("a"), 1}, {Info("b"), 2}, {Info("c"), 3}, {Info("gone"), 3}};
  const std::vector<storage::ObjectInfo> listing = {Info("a"), Info("b"), Info("c", 99), Info("d")};
  const auto behind = Compare(listing, ledger, 1);
  EXPECT_THAT(Added(behind), ElementsAre("b", "c", "d"));
  EXPECT_EQ(behind.num_same, 1);
  EXPECT_TRUE(behind.only_added());
  const auto current = Compare(listing, ledger, 3);
  EXPECT_THAT(Added(current), ElementsAre("d"));
  EXPECT_EQ(current.num_changed, 1);
  EXPECT_EQ(current.num_gone, 1);
}

// Paths of two globs may be the same.
TEST(CompareFilesTest, AFileThatIsListedTwice) {
  const std::vector<storage::ObjectInfo> listing = {Info("a"), Info("b"), Info("a"), Info("b")};
  EXPECT_THAT(Added(Compare(listing, {{Info("a")}})), ElementsAre("b", "b"));
}

TEST(CompareFilesTest, AFileIsInALedgerOnce) {
  const std::vector<storage::ObjectInfo> listing = {Info("a")};
  FileComparison comparison(&listing, 1);
  ASSERT_TRUE(comparison.Take({Info("a")}).ok());
  EXPECT_TRUE(comparison.Take({Info("a")}).status().IsInvalid());
}

}  // namespace
}  // namespace tarn::ledger
