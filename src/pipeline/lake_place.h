#pragma once

#include <optional>
#include <string>

namespace tarn::pipeline {

struct PlaceProblem {
  std::string message;  ///< what is wrong, without the place itself
  std::string hint;
};

/// \brief Why no lake may be at `output`: it is the root of the disk, a whole bucket or a home
/// folder, where a table would replace what is not tarn's. \param[in] output absolute path or URI
std::optional<PlaceProblem> CheckLakePlace(const std::string& output);

/// \brief Whether one of the two folders is the other one or lies in it, links followed.
bool FoldersOverlap(const std::string& left, const std::string& right);

/// \brief The folder above the first wildcard of a glob.
std::string FixedFolderOf(const std::string& glob);

}  // namespace tarn::pipeline
