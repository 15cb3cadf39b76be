#include "lake/folder_of_path.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "storage/storage.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::lake {
namespace {

namespace fs = std::filesystem;

class FolderOfPathTest : public testing::Test {
 protected:
  storage::TemporaryFolder temporary_;
  storage::LocalFolder root_ = storage::LocalFolder::Open(temporary_.path()).ValueOrDie();
};

TEST_F(FolderOfPathTest, ReachesEachFolder) {
  FolderOfPath folders(&root_, "t");
  for (const std::string path : {"p=1/q=1/x", "p=1/q=2/x", "p=10/q=2/x", "p=1/y", "z", "p=1/q=1/x",
                                 "p=10/q=2/y", "p=10/q=2/q=2/y"}) {
    const std::string folder = temporary_ / ("t/" + path.substr(0, path.find_last_of('/') + 1));
    const auto* made = folders.Make(path).ValueOrDie();
    EXPECT_EQ(made->path() + "/", folder.ends_with('/') ? folder : folder + "/");
    EXPECT_TRUE(fs::is_directory(folder)) << folder;
    EXPECT_EQ(folders.Open(path).ValueOrDie()->path(), made->path());
  }
  EXPECT_EQ(FolderOfPath(&root_, "").Open("x").ValueOrDie()->path(), root_.path());
  EXPECT_EQ(FolderOfPath(&root_, "").Open("t/x").ValueOrDie()->path(), temporary_ / "t");
}

TEST_F(FolderOfPathTest, GoesOnWhereAFolderIsMissing) {
  temporary_.Write("t/p=1/q=1/x");
  FolderOfPath folders(&root_, "t");
  EXPECT_TRUE(storage::IsNotFound(folders.Open("p=1/q=2/x").status()));
  EXPECT_TRUE(storage::IsNotFound(folders.Open("p=2/q=1/x").status()));
  EXPECT_TRUE(folders.Open("p=1/q=1/x").ok());
  fs::create_directory_symlink(temporary_ / "t", temporary_ / "t/p=1/q=link");
  EXPECT_EQ(KindOf(folders.Open("p=1/q=link/x").status()), ErrorKind::kBadInput);
  EXPECT_TRUE(folders.Open("p=1/q=1/x").ok());
}

// What lies above the last folder is not opened again.
TEST_F(FolderOfPathTest, KeepsTheFoldersAboveOpen) {
  temporary_.Write("t/p=1/q=1/x");
  temporary_.Write("t/p=1/q=2/x");
  FolderOfPath folders(&root_, "t");
  ASSERT_TRUE(folders.Open("p=1/q=1/x").ok());
  fs::rename(temporary_ / "t/p=1", temporary_ / "t/elsewhere");
  EXPECT_TRUE(folders.Open("p=1/q=2/x").ok());
  EXPECT_TRUE(storage::IsNotFound(folders.Open("p=2/x").status()));
  EXPECT_TRUE(storage::IsNotFound(folders.Open("p=1/q=2/x").status()));
}

TEST(PathTest, ParentsAndNames) {
  EXPECT_EQ(FolderOfPath::ParentOf("a/b/c"), "a/b");
  EXPECT_EQ(FolderOfPath::ParentOf("a"), "");
  EXPECT_EQ(FolderOfPath::ParentOf(""), "");
  EXPECT_EQ(FolderOfPath::NameOf("a/b/c"), "c");
  EXPECT_EQ(FolderOfPath::NameOf("a"), "a");
}

}  // namespace
}  // namespace tarn::lake
