#include "storage/local_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "storage/storage.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::storage {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class LocalFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    outside_.Write("keep/a.txt", "kept");
    root_.emplace(LocalFolder::Open(temporary_.path()).ValueOrDie());
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : root_->List().ValueOrDie()) names.push_back(entry.name);
    return names;
  }

  TemporaryFolder temporary_;
  TemporaryFolder outside_;
  std::optional<LocalFolder> root_;
};

TEST_F(LocalFolderTest, MakesAndOpensBelowItself) {
  EXPECT_TRUE(IsNotFound(root_->OpenFolder("a/b").status()));
  const auto made = root_->MakeFolder("a/b").ValueOrDie();
  EXPECT_EQ(made.path(), temporary_ / "a/b");
  EXPECT_TRUE(root_->MakeFolder("a/b").ok());
  temporary_.Write("a/b/x", "1");
  ASSERT_TRUE(made.Rename("x", *root_, "y").ok());
  EXPECT_EQ(temporary_.Read("y"), "1");
  EXPECT_TRUE(root_->Has("y").ValueOrDie());
  EXPECT_FALSE(root_->Has("x").ValueOrDie());
  EXPECT_THAT(Names(), ElementsAre("a", "y"));
  EXPECT_FALSE(root_->RemoveEmptyFolder("a"));
  EXPECT_TRUE(root_->OpenFolder("a").ValueOrDie().RemoveEmptyFolder("b"));
  EXPECT_TRUE(root_->OpenFolder("").ValueOrDie().RemoveEmptyFolder("a"));
  ASSERT_TRUE(root_->RemoveFile("y").ok());
  EXPECT_TRUE(root_->RemoveFile("y").ok());
  EXPECT_THAT(Names(), ElementsAre());
}

TEST_F(LocalFolderTest, MakesNewFolders) {
  EXPECT_TRUE(root_->MakeNewFolder("a").ValueOrDie());
  EXPECT_TRUE(root_->OpenFolder("a").ok());
  temporary_.Write("file");
  fs::create_directory_symlink(outside_.path(), temporary_ / "link");
  for (const std::string name : {"a", "file", "link"}) {
    EXPECT_FALSE(root_->MakeNewFolder(name).ValueOrDie()) << name;
  }
  EXPECT_FALSE(root_->MakeNewFolder(std::string(300, 'x')).ok());
}

TEST_F(LocalFolderTest, FollowsNoLinks) {
  temporary_.Write("a/file");
  fs::create_symlink(outside_.path(), temporary_ / "link");
  fs::create_symlink(outside_.path(), temporary_ / "a/link");
  fs::create_symlink("nowhere", temporary_ / "dangling");
  for (const std::string path : {"link", "link/keep", "a/link/new", "dangling"}) {
    for (const Status& status :
         {root_->OpenFolder(path).status(), root_->MakeFolder(path).status()}) {
      EXPECT_EQ(KindOf(status), ErrorKind::kBadInput) << status;
      EXPECT_THAT(status.message(), HasSubstr("A link is in the place of a folder"));
    }
  }
  EXPECT_THAT(root_->MakeFolder("a/file").status().message(), HasSubstr("Not a directory"));
  EXPECT_TRUE(root_->OpenFolder("a/../a").status().IsInvalid());
  EXPECT_FALSE(fs::exists(outside_ / "new"));
  EXPECT_TRUE(root_->List().ValueOrDie().back().is_link);
}

TEST_F(LocalFolderTest, RemovesTreesButNotWhatLinksLeadTo) {
  temporary_.Write("tree/a/b/file");
  temporary_.Write("tree/file");
  fs::create_directory_symlink(outside_ / "keep", temporary_ / "tree/a/link");
  fs::create_directory_symlink(outside_ / "keep", temporary_ / "link");
  ASSERT_TRUE(root_->RemoveTree("tree").ok());
  ASSERT_TRUE(root_->RemoveTree("link").ok());
  ASSERT_TRUE(root_->RemoveTree("gone").ok());
  EXPECT_THAT(Names(), ElementsAre());
  EXPECT_EQ(outside_.Read("keep/a.txt"), "kept");
}

}  // namespace
}  // namespace tarn::storage
