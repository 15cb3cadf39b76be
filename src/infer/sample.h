#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "infer/survey.h"

namespace tarn::infer {

/// \brief Which files are read, and how much of each.
struct Sample {
  static constexpr int64_t kAll = std::numeric_limits<int64_t>::max();

  std::vector<size_t> files;            ///< indices, ascending
  int64_t num_bytes_per_file = kAll;    ///< of the file; blocks are read while it has not passed
  int64_t num_records_per_file = kAll;  ///< at most, bad ones included
};

/// \brief The part of `files` that `extent` asks for.
Sample ChooseSample(const std::vector<storage::ObjectInfo>& files, const Extent& extent);

}  // namespace tarn::infer
