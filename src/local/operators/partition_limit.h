#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rows/row_key.h"

namespace tarn::local {

/// \brief Tells which rows may be among the first of their partition, by those that came before.
///
/// Memory is bounded by the partitions.
class PartitionLimit {
 public:
  /// \param[in] limit of rows of each partition; at least 1
  explicit PartitionLimit(int64_t limit) : limit_(limit) {}

  int64_t limit() const { return limit_; }

  /// \brief The rows of the next batch that are to be held, ascending by number.
  /// \param[in] order of `keys`
  /// \param[in] partitions by row: a number below num_partitions, which grows from call to call
  std::vector<int64_t> Select(const RowKeys& keys, const std::vector<int64_t>& order,
                              std::span<const uint32_t> partitions, uint32_t num_partitions);

  /// \brief Of the rows that are held, how many are known not to be wanted.
  int64_t num_excess() const { return num_excess_; }
  /// \brief Whether these are so many that it pays to drop them.
  bool has_much_excess() const;

  /// \brief Begin to drop: Keep is asked of each row that is held, in the order of keys.
  void Restart();
  bool Keep(uint32_t partition, std::string_view key);

  int64_t num_bytes() const;

  /// \brief Give back what is held; only the limit is asked for from here on.
  void Forget();

 private:
  void SetBound(uint32_t partition, std::string_view key);

  const int64_t limit_;
  // By partition.
  std::vector<int64_t> num_held_;
  std::vector<int64_t> num_of_batch_;  // 0 but within Select
  std::vector<std::string> bounds_;    // keys from here on are not wanted; empty: all are
  int64_t bound_bytes_ = 0;            // beside the strings themselves
  int64_t num_rows_ = 0;               // held
  int64_t num_excess_ = 0;
};

}  // namespace tarn::local
