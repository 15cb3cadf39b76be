#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "storage/glob.h"
#include "storage/glob_matcher.h"

namespace tarn::storage {

/// \brief Trees and globs by chance, small enough that many globs match something.
class RandomTree {
 public:
  explicit RandomTree(uint64_t seed) : random_(seed) {}

  /// \brief Relative paths of files; none is a folder of another.
  std::vector<std::string> Paths(int num_files) {
    std::vector<std::string> paths;
    for (int i = 0; i < num_files; ++i) {
      std::string path;
      for (int depth = Below(4); depth > 0; --depth) path += Pick(kFolders) + "/";
      paths.push_back(path + Pick(kFiles));
    }
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    return paths;
  }

  std::string RelativeGlob() {
    std::string glob;
    for (int depth = Below(4); depth > 0; --depth) glob += Pattern(kFolders) + "/";
    return glob + Pattern(kFiles);
  }

  int Below(int limit) { return static_cast<int>(random_() % limit); }

 private:
  using Names = std::vector<std::string>;

  const std::string& Pick(const Names& names) { return names[Below(names.size())]; }

  // With alternatives of alternatives, and no deeper.
  std::string Pattern(const Names& names, int depth = 0) {
    switch (Below(depth == 2 ? 6 : 8)) {
      case 0:
        return "**";
      case 1:
      case 2:
        return Pick(kWildcards);
      case 6:
        return "{" + Pattern(names, depth + 1) + "," + Pattern(names, depth + 1) + "}";
      case 7:
        return "{" + Pattern(names, depth + 1) + "/" + Pattern(names, 2) + ",," +
               Pattern(names, 2) + "}";
      default:
        return Pick(names);
    }
  }

  const Names kFolders = {"a", "b", "ab", "_a", ".b", "2017", "2018", "11", "12", "_d=1"};
  const Names kFiles = {"x.json",          "y.json",       "_x",      ".y",
                        "e-2018-11-30.gz", "e-2018-12.gz", "20181130"};
  const Names kWildcards = {"*",      "?",    "[ab]",   "{yyyy}",         "{MM}",
                            "*.json", "_*",   "{yyyy}", "e-{yyyy}-{MM}*", "e-*{dd}.gz",
                            "a*",     "[!a]", "{,a}b",  "*[0-9]*"};
  std::mt19937_64 random_;
};

/// \brief Those of `paths` that the glob matches, by its matchers alone.
/// \param[in] root absolute path of the folder that the paths are relative to; "" is the root
inline std::vector<std::string> MatchesOf(const Glob& glob, std::string_view root,
                                          const std::vector<std::string>& paths) {
  std::vector<std::string> found;
  for (const std::string& path : paths) {
    const std::string whole = std::string(root) + "/" + path;
    for (const GlobBranch& branch : glob.branches) {
      const std::string& prefix = branch.literal_prefix;
      const bool is_below =
          whole.starts_with(prefix) && whole.size() > prefix.size() && whole[prefix.size()] == '/';
      if ((branch.segments.empty() && whole == prefix) ||
          (is_below && GlobMatcher(branch, glob.period)
                           .Matches(std::string_view(whole).substr(prefix.size() + 1)))) {
        found.push_back(path);
        break;
      }
    }
  }
  return found;
}

}  // namespace tarn::storage
