#include "pipeline/init.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "pipeline/pipeline.h"

namespace tarn::pipeline {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class InitTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "tarn_init_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }

  fs::path directory_;
};

TEST_F(InitTest, NewPipelineLoads) {
  ASSERT_TRUE(InitPipeline(directory_ / "a/b/").ok());
  auto pipeline = Load(directory_ / "a/b", {});
  ASSERT_TRUE(pipeline.ok()) << pipeline.status().message();
  EXPECT_EQ((*pipeline)->name, "orders");
  ASSERT_THAT((*pipeline)->tables, SizeIs(2));
  EXPECT_EQ((*pipeline)->tables[0].name, "customers");
  EXPECT_EQ((*pipeline)->tables[1].name, "orders");
  EXPECT_THAT((*pipeline)->tables[1].inputs, ElementsAre("raw_orders", "customers"));
  EXPECT_TRUE(fs::exists(directory_ / "a/b/sample/orders/2026-01.json"));
}

TEST_F(InitTest, HiddenFilesDoNotMatter) {
  fs::create_directory(directory_ / ".git");
  EXPECT_TRUE(InitPipeline(directory_).ok());
  EXPECT_TRUE(fs::exists(directory_ / "tarn.toml"));
}

TEST_F(InitTest, RefusesAFolderThatIsNotEmpty) {
  std::ofstream(directory_ / "notes.txt") << "keep me";
  Status status = InitPipeline(directory_);
  EXPECT_EQ(KindOf(status), ErrorKind::kUsage);
  EXPECT_THAT(MessageOf(status), HasSubstr("not empty"));
  EXPECT_THAT(MessageOf(status), HasSubstr("notes.txt"));
  EXPECT_FALSE(fs::exists(directory_ / "tarn.toml"));
}

TEST_F(InitTest, RefusesAFile) {
  std::ofstream(directory_ / "file") << "keep me";
  EXPECT_EQ(KindOf(InitPipeline(directory_ / "file")), ErrorKind::kUsage);
  EXPECT_EQ(KindOf(InitPipeline(directory_ / "file/below")), ErrorKind::kFailed);
}

TEST_F(InitTest, FailureLeavesNothing) {
  // The longest path that a system call takes leaves room for tarn.toml, but not for the sample.
  fs::path deep = directory_;
  constexpr size_t kPathSizeMax = 4095;
  const size_t wanted = kPathSizeMax - std::string("/sample/orders/").size();
  while (deep.string().size() + 1 < wanted) {
    deep /= std::string(std::min<size_t>(200, wanted - deep.string().size() - 1), 'd');
  }
  Status status = InitPipeline(deep);
  EXPECT_EQ(KindOf(status), ErrorKind::kFailed);
  EXPECT_TRUE(fs::is_empty(directory_));
}

}  // namespace
}  // namespace tarn::pipeline
