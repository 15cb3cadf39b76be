#pragma once

#include <algorithm>
#include <vector>

#include "storage/storage.h"

namespace tarn::storage {

/// \brief Sort what listings found, and leave each file once that they reached in several ways.
inline void SortByPath(std::vector<ObjectInfo>* found) {
  std::sort(found->begin(), found->end(),
            [](const ObjectInfo& left, const ObjectInfo& right) { return left.path < right.path; });
  const auto same = [](const ObjectInfo& left, const ObjectInfo& right) {
    return left.path == right.path;
  };
  found->erase(std::unique(found->begin(), found->end(), same), found->end());
}

}  // namespace tarn::storage
