#include "storage/local_disk.h"

#include <arrow/buffer.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/local_file.h"
#include "storage/os_error.h"
#include "storage/temporary_folder.h"

namespace tarn::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LocalDiskTest : public testing::Test {
 protected:
  // Paths that `glob` below the folder finds, relative to it.
  std::vector<std::string> List(const std::string& glob) {
    const auto found = disk_.List(folder_ / glob);
    EXPECT_TRUE(found.ok()) << found.status();
    std::vector<std::string> paths;
    if (!found.ok()) return paths;
    for (const ObjectInfo& object : *found) {
      EXPECT_TRUE(object.path.starts_with(folder_.path() + "/"));
      paths.push_back(object.path.substr(folder_.path().size() + 1));
    }
    return paths;
  }

  TemporaryFolder folder_;
  LocalDisk disk_;
};

TEST_F(LocalDiskTest, ListsWhatMatchesSorted) {
  folder_.Write("log/2018/11/b.json", "12345");
  folder_.Write("log/2018/11/a.json");
  folder_.Write("log/2018/12/c.json");
  folder_.Write("log/2018/12/deep/d.json");
  folder_.Write("log/2018/12/readme.txt");
  EXPECT_THAT(List("log/*/*/*.json"),
              ElementsAre("log/2018/11/a.json", "log/2018/11/b.json", "log/2018/12/c.json"));
  EXPECT_THAT(List("log/2018/1[2-9]/*.json"), ElementsAre("log/2018/12/c.json"));
  EXPECT_THAT(List("log/**/d.json"), ElementsAre("log/2018/12/deep/d.json"));
  EXPECT_THAT(List("**/1?/*.json"),
              ElementsAre("log/2018/11/a.json", "log/2018/11/b.json", "log/2018/12/c.json"));
  EXPECT_THAT(List("log/2018/11/a.json"), ElementsAre("log/2018/11/a.json"));
  EXPECT_THAT(List("log/2018/11"), ElementsAre("log/2018/11/a.json", "log/2018/11/b.json"));
  EXPECT_THAT(List("log/2018/11/"), ElementsAre("log/2018/11/a.json", "log/2018/11/b.json"));
  // A wildcard does not list a folder that it matches, only files.
  EXPECT_THAT(List("log/*"), IsEmpty());
}

TEST_F(LocalDiskTest, TwoDoubleStarsFindAFileOnce) {
  folder_.Write("a/a/b/x");
  folder_.Write("x");
  EXPECT_THAT(List("**/a/**/x"), ElementsAre("a/a/b/x"));
  EXPECT_THAT(List("**/**/x"), ElementsAre("a/a/b/x", "x"));
  EXPECT_THAT(List("**"), ElementsAre("a/a/b/x", "x"));
}

TEST_F(LocalDiskTest, SizesAndTimesAreTold) {
  folder_.Write("five", "12345");
  const auto found = disk_.List(folder_ / "f*").ValueOrDie();
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].size_bytes, 5);
  EXPECT_GT(found[0].modified_ns, int64_t{1'500'000'000} * 1'000'000'000);
}

TEST_F(LocalDiskTest, HiddenNamesOnlyWhenNamed) {
  folder_.Write("a/x.json");
  folder_.Write("a/_SUCCESS");
  folder_.Write("a/.x.crc");
  folder_.Write("_tarn/y.json");
  folder_.Write("_day=1/z.json");
  EXPECT_THAT(List("**/*"), ElementsAre("_day=1/z.json", "a/x.json"));
  EXPECT_THAT(List("a/*"), ElementsAre("a/x.json"));
  EXPECT_THAT(List("a/_*"), ElementsAre("a/_SUCCESS"));
  EXPECT_THAT(List("a/.*"), ElementsAre("a/.x.crc"));
  EXPECT_THAT(List("_tarn/*"), ElementsAre("_tarn/y.json"));
}

TEST_F(LocalDiskTest, FollowsLinks) {
  folder_.Write("real/x.json");
  ASSERT_EQ(::symlink((folder_ / "real").c_str(), (folder_ / "link").c_str()), 0);
  ASSERT_EQ(::symlink((folder_ / "real/x.json").c_str(), (folder_ / "real/y.json").c_str()), 0);
  ASSERT_EQ(::symlink(folder_.path().c_str(), (folder_ / "real/circle").c_str()), 0);
  EXPECT_THAT(List("*/*.json"),
              ElementsAre("link/x.json", "link/y.json", "real/x.json", "real/y.json"));
  EXPECT_THAT(List("**/*.json"), ElementsAre("real/x.json", "real/y.json"));
}

TEST_F(LocalDiskTest, LinkWithoutTargetIsAnError) {
  ASSERT_EQ(::symlink("nowhere", (folder_ / "x.json").c_str()), 0);
  const Status status = disk_.List(folder_ / "*.json").status();
  EXPECT_TRUE(IsNotFound(status));
  EXPECT_THAT(status.message(), HasSubstr(folder_ / "x.json"));
}

TEST_F(LocalDiskTest, NothingThereIsAnEmptyList) {
  EXPECT_THAT(List("no/such/*"), IsEmpty());
  EXPECT_THAT(List("no"), IsEmpty());
  folder_.Write("file");
  EXPECT_THAT(List("file/*"), IsEmpty());
}

TEST_F(LocalDiskTest, UnreadableFolderIsAnError) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  folder_.Write("secret/x");
  ::chmod((folder_ / "secret").c_str(), 0);
  const Status status = disk_.List(folder_ / "*/x").status();
  ::chmod((folder_ / "secret").c_str(), 0700);
  EXPECT_THAT(status.message(), HasSubstr("Cannot list a folder: Permission denied"));
}

TEST_F(LocalDiskTest, ReadsWholeFiles) {
  const std::string content(300'000, 'x');
  ObjectInfo object{folder_.Write("x", content), 300'000, 0};
  EXPECT_EQ(disk_.Read(object).ValueOrDie()->ToString(), content);
  // The size of a listing may be out of date.
  object.size_bytes = 10;
  EXPECT_EQ(disk_.Read(object).ValueOrDie()->ToString(), content);
  object.size_bytes = 400'000;
  EXPECT_EQ(disk_.Read(object).ValueOrDie()->ToString(), content);
  EXPECT_EQ(disk_.Read({folder_.Write("empty"), 0, 0}).ValueOrDie()->size(), 0);
}

TEST_F(LocalDiskTest, ReadsRanges) {
  const ObjectInfo object{folder_.Write("x", "0123456789"), 10, 0};
  EXPECT_EQ(disk_.ReadRange(object, 2, 3).ValueOrDie()->ToString(), "234");
  EXPECT_EQ(disk_.ReadRange(object, 8, 5).ValueOrDie()->ToString(), "89");
  EXPECT_EQ(disk_.ReadRange(object, 20, 5).ValueOrDie()->ToString(), "");
  EXPECT_EQ(disk_.ReadRange(object, 0, 0).ValueOrDie()->ToString(), "");
}

TEST_F(LocalDiskTest, MissingFileIsNotFound) {
  const Status status = disk_.Read({folder_ / "missing", 1, 0}).status();
  EXPECT_TRUE(IsNotFound(status));
  EXPECT_TRUE(status.IsIOError());
  EXPECT_THAT(status.message(), HasSubstr("Cannot open a file: No such file"));
  EXPECT_THAT(status.message(), HasSubstr(folder_ / "missing"));
  EXPECT_FALSE(IsNotFound(Status::OK()));
  EXPECT_FALSE(IsNotFound(disk_.Read({folder_.path(), 1, 0}).status()));
}

TEST_F(LocalDiskTest, CreatePublishesAtClose) {
  auto file = disk_.Create(folder_ / "new/folder/x").ValueOrDie();
  ASSERT_TRUE(file->Write("abc", 3).ok());
  const std::string large(200'000, 'y');
  ASSERT_TRUE(file->Write(large.data(), large.size()).ok());
  EXPECT_EQ(file->Tell().ValueOrDie(), 200'003);
  EXPECT_THAT(List("**"), IsEmpty());
  ASSERT_TRUE(file->Close().ok());
  EXPECT_EQ(folder_.Read("new/folder/x"), "abc" + large);
  EXPECT_THAT(List("new/folder/.*"), IsEmpty());
}

TEST_F(LocalDiskTest, CreateReplacesAndAbandons) {
  folder_.Write("x", "old");
  {
    auto file = disk_.Create(folder_ / "x").ValueOrDie();
    ASSERT_TRUE(file->Write("new", 3).ok());
  }
  EXPECT_EQ(folder_.Read("x"), "old");
  auto file = disk_.Create(folder_ / "x").ValueOrDie();
  ASSERT_TRUE(file->Write("new", 3).ok());
  ASSERT_TRUE(file->Close().ok());
  EXPECT_EQ(folder_.Read("x"), "new");
  EXPECT_THAT(List(".*"), IsEmpty());
}

TEST_F(LocalDiskTest, CreateBelowAFileIsAnError) {
  folder_.Write("x");
  const Status status = disk_.Create(folder_ / "x/y").status();
  EXPECT_THAT(status.message(), HasSubstr("a file is where a folder is needed"));
}

TEST(OsErrorTest, FullDiskSaysWhatToDo) {
  const Status status = OsError(ENOSPC, "write a file", "/lake/x");
  EXPECT_TRUE(status.IsIOError());
  EXPECT_EQ(status.message(),
            "Cannot write a file: No space left on device; free some space or choose a folder on "
            "another disk: /lake/x");
}

TEST(LocalPathTest, TakesPathsAndFileUris) {
  EXPECT_EQ(LocalPath("/a/b").ValueOrDie(), "/a/b");
  EXPECT_EQ(LocalPath("file:///a/b").ValueOrDie(), "/a/b");
  EXPECT_EQ(LocalPath("file:/a/b").ValueOrDie(), "/a/b");
  EXPECT_EQ(LocalPath("file://localhost/a").ValueOrDie(), "/a");
  EXPECT_EQ(LocalPath("/a:b/c").ValueOrDie(), "/a:b/c");
  for (const std::string bad : {"relative/path", "", "file://host/a"}) {
    EXPECT_EQ(KindOf(LocalPath(bad).status()), ErrorKind::kBadInput) << bad;
  }
}

TEST(StorageForTest, UnsupportedSchemeSaysWhatIs) {
  EXPECT_TRUE(Storage::For("/a").ok());
  EXPECT_TRUE(Storage::For("file:///a").ok());
  EXPECT_TRUE(Storage::For("s3://bucket/key").ok());
  const Status status = Storage::For("gs://bucket/key").status();
  EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
  EXPECT_EQ(status.message(),
            "Not a supported storage; use a local path, file:/// or s3://: gs://bucket/key");
}

TEST(JoinPathTest, JoinsUnlessAbsolute) {
  EXPECT_EQ(JoinPath("/a", "b/c"), "/a/b/c");
  EXPECT_EQ(JoinPath("/a/", "./b"), "/a/b");
  EXPECT_EQ(JoinPath("/a", "../b"), "/a/../b");
  EXPECT_EQ(JoinPath("/a", "/b"), "/b");
  EXPECT_EQ(JoinPath("/a", "s3://bucket/b"), "s3://bucket/b");
  EXPECT_EQ(JoinPath("s3://bucket/a", "b"), "s3://bucket/a/b");
  EXPECT_EQ(JoinPath("/a", ""), "/a");
  EXPECT_EQ(JoinPath("/a", "."), "/a");
  EXPECT_EQ(JoinPath("/", "b"), "/b");
}

}  // namespace
}  // namespace tarn::storage
