#include "lake/path_groups.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>

namespace tarn::lake {
namespace {

// Files in so many folders, so many in each.
std::vector<std::string> Paths(int num_folders, int num_files) {
  std::vector<std::string> paths;
  for (int folder = 0; folder < num_folders; ++folder) {
    for (int file = 0; file < num_files; ++file) {
      paths.push_back(fmt::format("year={:04}/part={:04}/file", folder, file));
    }
  }
  return paths;
}

TEST(PathGroupsTest, FewPathsAreOneGroup) {
  EXPECT_TRUE(GroupPaths({}).empty());
  EXPECT_EQ(GroupPaths(Paths(50, 10)).size(), 1);
}

TEST(PathGroupsTest, AFolderIsInOneGroup) {
  const auto paths = Paths(100, 100);
  size_t num_paths = 0;
  std::set<std::string> folders;
  const auto groups = GroupPaths(paths);
  EXPECT_GT(groups.size(), 10);
  for (const auto& group : groups) {
    EXPECT_EQ(group.data(), paths.data() + num_paths);
    num_paths += group.size();
    std::set<std::string> own;
    for (const std::string& path : group) own.insert(path.substr(0, path.find('/')));
    for (const std::string& folder : own) EXPECT_TRUE(folders.insert(folder).second) << folder;
  }
  EXPECT_EQ(num_paths, paths.size());
}

TEST(PathGroupsTest, EachPathIsSeenOnce) {
  const auto paths = Paths(30, 200);
  std::atomic<size_t> num_paths = 0;
  ASSERT_TRUE(ForEachGroup(paths, [&](std::span<const std::string> group) {
                num_paths += group.size();
                return Status::OK();
              }).ok());
  EXPECT_EQ(num_paths, paths.size());
  EXPECT_EQ(
      ForEachGroup(
          paths, [&](std::span<const std::string> group) { return Status::Invalid(group.front()); })
          .message(),
      paths.front());
}

}  // namespace
}  // namespace tarn::lake
