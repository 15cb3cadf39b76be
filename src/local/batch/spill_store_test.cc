#include "local/batch/spill_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "local/batch/batches_for_test.h"

namespace tarn::local {
namespace {

using testing::HasSubstr;

constexpr char kDdl[] = "a INT, s STRING, n STRUCT<x: DOUBLE, y: ARRAY<STRING>>";

class SpillStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "spill-" + std::to_string(::getpid());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(SpillStoreTest, GivesBackWhatWasWritten) {
  SpillStore store(folder_);
  const BatchPtr batch = MakeBatch(
      kDdl, R"([[1,"a",{"x":1.5,"y":["p",null]}],[null,null,null],[3,"ccc",{"x":null,"y":[]}]])");
  std::vector<SpilledBatch> spilled;
  for (int i = 0; i < 3; ++i) spilled.push_back(*store.Write(*batch->Slice(i)));
  for (int i = 0; i < 3; ++i) {
    const BatchPtr read = spilled[i].Read(batch->schema()).ValueOrDie();
    ASSERT_TRUE(read->ValidateFull().ok());
    EXPECT_TRUE(read->Equals(*batch->Slice(i)));
    EXPECT_EQ(read->num_rows(), 3 - i);
  }
  EXPECT_GT(store.bytes_written(), 0);
}

TEST_F(SpillStoreTest, GivesBackTheValuesOfADictionary) {
  SpillStore store(folder_);
  const BatchPtr batch = MakeBatch(kDdl, R"([[1,"a",null],[2,null,null],[3,"bb",null]])");
  const SpilledBatch spilled = *store.Write(*EncodeForTest({batch})[0]->Slice(1));
  EXPECT_TRUE(spilled.Read(batch->schema()).ValueOrDie()->Equals(*batch->Slice(1)));
}

TEST_F(SpillStoreTest, LeavesNoNameBehind) {
  SpillStore store(folder_);
  const SpilledBatch spilled = *store.Write(*MakeBatch("a INT", "[[1]]"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(SpillStoreTest, WritesOnManyThreads) {
  SpillStore store(folder_);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&store, i] {
      const BatchPtr batch = MakeBatch("a INT", "[[" + std::to_string(i) + "]]");
      for (int round = 0; round < 50; ++round) {
        const SpilledBatch spilled = *store.Write(*batch);
        EXPECT_TRUE((*spilled.Read(batch->schema()))->Equals(*batch));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(SpillStoreTest, SaysWhatToDoWithoutAFolder) {
  SpillStore store(folder_ + "/none");
  const Status status = store.Write(*MakeBatch("a INT", "[[1]]")).status();
  EXPECT_EQ(KindOf(status), ErrorKind::kFailed);
  EXPECT_THAT(status.message(), HasSubstr("set run.spill_dir to a folder with space"));
  EXPECT_THAT(status.message(), HasSubstr("No such file or directory"));
}

TEST_F(SpillStoreTest, SaysWhatToDoWhenTheDiskIsFull) {
  // A file system without space is stood in for by a limit of the process.
  rlimit old;
  ::getrlimit(RLIMIT_FSIZE, &old);
  const rlimit none{0, old.rlim_max};
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &none);
  SpillStore store(folder_);
  const Status status = store.Write(*MakeBatch("a INT", "[[1]]")).status();
  ::setrlimit(RLIMIT_FSIZE, &old);
  ::signal(SIGXFSZ, handler);
  EXPECT_EQ(KindOf(status), ErrorKind::kFailed);
  EXPECT_THAT(status.message(), HasSubstr("raise run.memory"));
}

}  // namespace
}  // namespace tarn::local
