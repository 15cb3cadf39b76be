#pragma once

#include <cstdint>
#include <iterator>
#include <span>

namespace tarn::local {

/// \brief Rows of a batch: all of them, or some in any order.
class RowSelection {
 public:
  explicit RowSelection(int64_t num_rows) : size_(num_rows) {}
  /// \param[in] rows borrowed
  explicit RowSelection(std::span<const int64_t> rows)
      : rows_(rows.data()), size_(std::ssize(rows)) {}

  int64_t size() const { return size_; }
  int64_t operator[](int64_t i) const { return rows_ == nullptr ? i : rows_[i]; }

 private:
  const int64_t* rows_ = nullptr;  // null: all
  int64_t size_;
};

}  // namespace tarn::local
