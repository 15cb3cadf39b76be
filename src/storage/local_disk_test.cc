#include "storage/local_disk.h"

#include <arrow/buffer.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "storage/local_file.h"
#include "storage/os_error.h"
#include "storage/storage.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

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

TEST_F(LocalDiskTest, LinksThatLeadNowhere) {
  folder_.Write("a/x.json");
  std::filesystem::create_symlink("gone", folder_ / "a/b.json");
  std::filesystem::create_symlink("x.json", folder_ / "a/c.json");
  std::filesystem::create_symlink("d.json", folder_ / "a/d.json");  // a circle
  EXPECT_THAT(disk_.List(folder_ / "a/[bx].json").status().ToString(), HasSubstr("a/b.json"));
  const Listing listing = TestStorages()->List({folder_ / "a/*.json"}).ValueOr(Listing());
  EXPECT_EQ(listing.files.size(), 2);
  EXPECT_THAT(listing.dangling_links,
              testing::UnorderedElementsAre(folder_ / "a/b.json", folder_ / "a/d.json"));
  EXPECT_THAT(WarningsOf(listing), testing::Contains(HasSubstr("skipped a dangling link: ")));
  Listing many;
  many.dangling_links.resize(10);
  EXPECT_THAT(WarningsOf(many),
              ElementsAre(testing::_, testing::_, testing::_, "skipped 7 more dangling links"));
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

TEST_F(LocalDiskTest, NamesAreBytes) {
  for (const std::string name :
       {"a.json", "caf\xE9.json", "\xFF.json", "\xE6\x97.json", "é.json"}) {
    folder_.Write("raw/" + name);
    folder_.Write("deep\xFF/" + name);
  }
  EXPECT_THAT(List("raw/*.json"), ElementsAre("raw/a.json", "raw/caf\xE9.json", "raw/é.json",
                                              "raw/\xE6\x97.json", "raw/\xFF.json"));
  EXPECT_EQ(List("raw/*").size(), 5);
  EXPECT_THAT(List("raw/?.json"), ElementsAre("raw/a.json", "raw/é.json", "raw/\xFF.json"));
  EXPECT_THAT(List("raw/[!a].json"), ElementsAre("raw/é.json", "raw/\xFF.json"));
  EXPECT_THAT(List("raw/{caf?,a}.json"), ElementsAre("raw/a.json", "raw/caf\xE9.json"));
  EXPECT_THAT(List("raw/[a-z]*.json"), ElementsAre("raw/a.json", "raw/caf\xE9.json"));
  EXPECT_EQ(List("**/*.json").size(), 10);
  EXPECT_EQ(List("dee??/*.json").size(), 5);
  EXPECT_EQ(List("deep\xFF/*.json").size(), 5);
  EXPECT_THAT(List(EscapeGlob("raw/\xFF.json")), ElementsAre("raw/\xFF.json"));
}

TEST_F(LocalDiskTest, WhatIsNoFileIsAnError) {
  folder_.Write("raw/a.json");
  folder_.Write("raw/folder.json/x");
  ASSERT_EQ(::mkfifo((folder_ / "raw/fifo.json").c_str(), 0600), 0);
  ASSERT_EQ(::symlink((folder_ / "raw/fifo.json").c_str(), (folder_ / "link.json").c_str()), 0);
  ASSERT_EQ(::symlink("/dev/null", (folder_ / "null.json").c_str()), 0);
  const auto message = [&](const std::string& glob) {
    const Status status = disk_.List(folder_ / glob).status();
    EXPECT_EQ(KindOf(status), ErrorKind::kBadInput);
    return status.message();
  };
  for (const std::string glob : {"raw/*.json", "raw/fifo.json", "**", "link.json", "l*.json"}) {
    EXPECT_THAT(message(glob), HasSubstr("Not a file, but a FIFO")) << glob;
  }
  EXPECT_THAT(message("n*.json"), HasSubstr("Not a file, but a device"));
  EXPECT_THAT(message("raw/*"), HasSubstr(folder_ / "raw/fifo.json"));
  // What the glob does not name is no matter.
  EXPECT_THAT(List("raw/a*"), ElementsAre("raw/a.json"));
}

TEST_F(LocalDiskTest, ReadsWholeFiles) {
  const std::string content(300'000, 'x');
  ObjectInfo object{folder_.Write("x", content), 300'000, 0};
  EXPECT_EQ(disk_.Read(object).ValueOrDie()->ToString(), content);
  // The size may be wrong where nothing was listed.
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

class ChangingFileTest : public LocalDiskTest {
 protected:
  ChangingFileTest() {
    folder_.Write("x", "0123456789");
    SetTime(1'000);
    listed_ = ListAgain();
  }

  ObjectInfo ListAgain() { return disk_.List(folder_ / "x").ValueOrDie().at(0); }

  // Time goes on by more than the resolution of file timestamps, without waiting for it.
  void SetTime(int64_t seconds) {
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (folder_ / "x").c_str(), times, 0), 0);
  }

  void Replace(const std::string& content, int64_t seconds) {
    folder_.Write("y", content);
    ASSERT_EQ(std::rename((folder_ / "y").c_str(), (folder_ / "x").c_str()), 0);
    SetTime(seconds);
  }

  void ExpectChanged(const std::string& how) {
    const Status statuses[] = {
        disk_.Read(listed_).status(), disk_.ReadRange(listed_, 0, 4).status(),
        disk_.ReadRange(listed_, 4, 6).status(), disk_.ReadRange(listed_, 10, 1).status()};
    for (const Status& status : statuses) {
      EXPECT_EQ(status.message(),
                "The file has changed since it was listed (" + how +
                    "); run again when it is no longer written: " + (folder_ / "x"));
    }
  }

  std::string Part(int64_t offset, int64_t length) {
    const auto part = disk_.ReadRange(listed_, offset, length);
    return part.ok() ? (*part)->ToString() : part.status().ToString();
  }

  ObjectInfo listed_;
};

TEST_F(ChangingFileTest, Unchanged) {
  EXPECT_EQ(disk_.Read(listed_).ValueOrDie()->ToString(), "0123456789");
  EXPECT_EQ(Part(0, 100), "0123456789");
  EXPECT_EQ(Part(0, 3), "012");
  EXPECT_EQ(Part(8, 100), "89");
  EXPECT_EQ(Part(20, 5), "");
}

TEST_F(ChangingFileTest, ReplacedBeforeItIsRead) {
  Replace("abcdefghij", 1'000);
  ExpectChanged("another one is in its place");
  listed_ = ListAgain();
  EXPECT_EQ(Part(0, 3), "abc");
}

TEST_F(ChangingFileTest, ReplacedByALongerOne) {
  Replace("abcdefghijkl", 2'000);
  ExpectChanged("another one is in its place");
}

// What was opened is still there, whatever has its name.
TEST_F(ChangingFileTest, ReplacedWhileItIsRead) {
  EXPECT_EQ(Part(0, 4), "0123");
  Replace("abcdefghij", 2'000);
  EXPECT_EQ(Part(4, 6), "456789");
  ASSERT_EQ(::unlink((folder_ / "x").c_str()), 0);
  EXPECT_EQ(Part(2, 4), "2345");
}

TEST_F(ChangingFileTest, ANewFileWithTheOldInode) {
  listed_.identity.born_ns -= 1;
  ExpectChanged("another one is in its place");
  // A file system that does not keep the time of birth.
  listed_.identity.born_ns = 0;
  EXPECT_EQ(Part(0, 4), "0123");
}

TEST_F(ChangingFileTest, GoneOrNoFileAnyMore) {
  const std::string path = folder_ / "x";
  ASSERT_EQ(::unlink(path.c_str()), 0);
  ExpectChanged("it was deleted");
  EXPECT_TRUE(IsNotFound(disk_.Read(listed_).status()));
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  ExpectChanged("another one is in its place");
  ASSERT_EQ(::unlink(path.c_str()), 0);
  ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
  ExpectChanged("another one is in its place");
}

TEST_F(ChangingFileTest, Cut) {
  ASSERT_EQ(::truncate((folder_ / "x").c_str(), 9), 0);
  ExpectChanged("it is shorter now");
}

TEST_F(ChangingFileTest, CutWhileItIsRead) {
  EXPECT_EQ(Part(0, 4), "0123");
  ASSERT_EQ(::truncate((folder_ / "x").c_str(), 9), 0);
  ExpectChanged("it is shorter now");
}

TEST_F(ChangingFileTest, WrittenOver) {
  EXPECT_EQ(Part(0, 4), "0123");
  folder_.Write("x", "abcdefghij");
  ExpectChanged("it was written to");
  // Bytes are not compared: a new time is enough.
  folder_.Write("x", "0123456789");
  ExpectChanged("it was written to");
}

TEST_F(ChangingFileTest, OneThatGrewIsReadToItsListedSize) {
  EXPECT_EQ(Part(0, 4), "0123");
  std::ofstream(folder_ / "x", std::ios::app) << "more";
  EXPECT_EQ(Part(4, 100), "456789");
  EXPECT_EQ(Part(10, 4), "");
  EXPECT_EQ(disk_.Read(listed_).ValueOrDie()->ToString(), "0123456789");
  LocalDisk other;
  EXPECT_EQ(other.ReadRange(listed_, 2, 100).ValueOrDie()->ToString(), "23456789");
}

TEST_F(ChangingFileTest, FewFilesStayOpen) {
  const auto num_open = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  const auto before = num_open();
  for (int i = 0; i < 100; ++i) folder_.Write("many/" + std::to_string(i), "0123456789");
  const auto many = disk_.List(folder_ / "many/*").ValueOrDie();
  for (int pass = 0; pass < 2; ++pass) {
    for (const ObjectInfo& file : many) {
      EXPECT_EQ(disk_.ReadRange(file, 0, 4).ValueOrDie()->ToString(), "0123");
      EXPECT_EQ(disk_.ReadRange(file, 4, 6).ValueOrDie()->ToString(), "456789");
      EXPECT_EQ(disk_.Read(file).ValueOrDie()->ToString(), "0123456789");
    }
    EXPECT_LE(num_open() - before, 32);
  }
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
  EXPECT_TRUE(TestStorages()->For("/a").ok());
  EXPECT_TRUE(TestStorages()->For("file:///a").ok());
  EXPECT_TRUE(TestStorages()->For("s3://bucket/key").ok());
  const Status status = TestStorages()->For("gs://bucket/key").status();
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
