#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "rows/row_key.h"

namespace tarn::local {

/// \brief A key that so many earlier rows come before, or are equal to, that no row with it, or a
/// greater one, is among the first that are wanted. Threads: any.
class SortBound {
 public:
  /// \brief Rows of a later batch that may be among the first `limit`, ascending by number.
  std::vector<int64_t> Select(const RowKeys& keys, int64_t limit) const;

  /// \brief `key` is a bound, too.
  void Lower(std::string_view key);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const std::string> key_;  // null: none yet
};

}  // namespace tarn::local
