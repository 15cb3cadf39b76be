#include "cli/history_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "storage/temporary_folder_for_test.h"

namespace tarn::cli {
namespace {

// The environment as a test sets it, and as it was afterwards.
class HistoryFileTest : public testing::Test {
 protected:
  HistoryFileTest() {
    for (const char* name : {"XDG_STATE_HOME", "HOME"}) {
      const char* const value = std::getenv(name);
      before_.emplace_back(name, value == nullptr ? "" : value);
    }
  }
  ~HistoryFileTest() override {
    for (const auto& [name, value] : before_) {
      value.empty() ? unsetenv(name.c_str()) : setenv(name.c_str(), value.c_str(), 1);
    }
  }

  static mode_t ModeOf(const std::string& path) {
    struct stat status {};
    return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
  }

  storage::TemporaryFolder folder_;

 private:
  std::vector<std::pair<std::string, std::string>> before_;
};

TEST_F(HistoryFileTest, IsInTheFolderOfStates) {
  setenv("HOME", "/home/ann", 1);
  unsetenv("XDG_STATE_HOME");
  EXPECT_EQ(HistoryFile(), "/home/ann/.local/state/tarn/history");
  setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_EQ(HistoryFile(), "/state/tarn/history");
  setenv("XDG_STATE_HOME", "relative", 1);
  EXPECT_EQ(HistoryFile(), "/home/ann/.local/state/tarn/history");
  unsetenv("HOME");
  EXPECT_EQ(HistoryFile(), "");
}

TEST_F(HistoryFileTest, IsForNobodyElse) {
  const std::string path = folder_ / "state/tarn/history";
  MakeHistoryFile(path);
  EXPECT_EQ(ModeOf(path), 0600u);
  EXPECT_EQ(ModeOf(folder_ / "state/tarn"), 0700u);
}

TEST_F(HistoryFileTest, NeedNotBe) {
  folder_.Write("state", "a file");
  MakeHistoryFile(folder_ / "state/tarn/history");
  MakeHistoryFile("");
  EXPECT_TRUE(std::filesystem::is_regular_file(folder_ / "state"));
}

}  // namespace
}  // namespace tarn::cli
