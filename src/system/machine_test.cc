#include "system/machine.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace tarn {
namespace {

class MachineTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = testing::TempDir() + "cgroup-" + std::to_string(::getpid());
    std::filesystem::create_directories(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void Limit(const std::string& file, const std::string& content) {
    const std::filesystem::path path = root_ + "/" + file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << content << "\n";
  }

  std::string root_;
};

TEST_F(MachineTest, TheLeastLimitOfTheGroupAndThoseAboveHolds) {
  EXPECT_EQ(MemoryLimit("0::/a/b\n", root_), 0);
  Limit("a/b/memory.max", "max");
  EXPECT_EQ(MemoryLimit("0::/a/b\n", root_), 0);
  Limit("a/memory.max", "5000");
  EXPECT_EQ(MemoryLimit("0::/a/b\n", root_), 5000);
  EXPECT_EQ(MemoryLimit("0::/c\n", root_), 0);
  Limit("a/b/memory.max", "6000");
  EXPECT_EQ(MemoryLimit("0::/a/b\n", root_), 5000);
  Limit("memory.max", "4000");
  EXPECT_EQ(MemoryLimit("0::/a/b\n", root_), 4000);
  EXPECT_EQ(MemoryLimit("0::/\n", root_), 4000);
}

TEST_F(MachineTest, ReadsTheFirstVersionOfCgroupsToo) {
  Limit("memory/x/memory.limit_in_bytes", "7000");
  EXPECT_EQ(MemoryLimit("12:cpu,cpuacct:/x\n9:memory:/x/y\n0::/\n", root_), 7000);
  EXPECT_EQ(MemoryLimit("12:cpu:/x\nnonsense\n", root_), 0);
}

TEST(ThisMachineTest, HasCoresAndMemory) {
  EXPECT_GE(ThisMachine().num_cores, 1);
  EXPECT_GT(ThisMachine().memory_bytes, 0);
}

}  // namespace
}  // namespace tarn
