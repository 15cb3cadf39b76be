#pragma once

#include <span>
#include <string_view>

namespace tarn::pipeline {

/// \brief One file of a new pipeline.
struct InitFile {
  std::string_view path;  ///< relative to the pipeline's folder
  std::string_view content;
};

/// \brief All of them. Folders in their paths are to be made.
std::span<const InitFile> InitFiles();

}  // namespace tarn::pipeline
