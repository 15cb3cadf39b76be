#pragma once

#include <string>
#include <vector>

#include "base/period.h"
#include "storage/glob.h"

namespace tarn::storage {

/// \brief Sorts behind every key that begins with `prefix` but for some that do not occur.
std::string EndOfPrefix(const std::string& prefix);

/// \brief Keys of a bucket in a row.
struct KeyRange {
  std::string prefix;  ///< that they begin with
  std::string after;   ///< only keys behind this text
  std::string upto;    ///< and not behind this one; "": to the prefix's end
};

/// \brief Where the keys that `branch` matches can be: few ranges, none in another's prefix.
///
/// A range for each literal text that all their keys begin with: alternatives and, in a period with
/// an end, dates are listed one by one while they are at most 16. A year that is not bounds the
/// range.
std::vector<KeyRange> RangesOf(const GlobBranch& branch, const Period& period);

}  // namespace tarn::storage
