#include "local/operators/sort_bound.h"

#include <algorithm>

namespace tarn::local {

std::vector<int64_t> SortBound::Select(const RowKeys& keys, int64_t limit) const {
  std::shared_ptr<const std::string> bound;
  {
    std::lock_guard lock(mutex_);
    bound = key_;
  }
  std::vector<int64_t> rows;
  for (int64_t row = 0; row < keys.num_rows(); ++row) {
    if (bound == nullptr || keys.row(row) < *bound) rows.push_back(row);
  }
  if (std::ssize(rows) <= limit) return rows;
  const auto comes_before = [&keys](int64_t a, int64_t b) {
    const int order = keys.row(a).compare(keys.row(b));
    return order != 0 ? order < 0 : a < b;
  };
  std::nth_element(rows.begin(), rows.begin() + limit, rows.end(), comes_before);
  rows.resize(limit);
  std::sort(rows.begin(), rows.end());
  return rows;
}

void SortBound::Lower(std::string_view key) {
  std::lock_guard lock(mutex_);
  if (key_ == nullptr || key < *key_) key_ = std::make_shared<const std::string>(key);
}

}  // namespace tarn::local
