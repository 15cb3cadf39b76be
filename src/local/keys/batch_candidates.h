#pragma once

#include <memory>
#include <span>
#include <vector>

#include "local/keys/key_partitions.h"
#include "rows/row_key.h"

namespace tarn::local {

/// \brief The rows of a batch that may be the first of their key by an order: where keys repeat,
/// one of each. By partition of the key.
class BatchCandidates {
 public:
  BatchCandidates() = default;

  /// \param[in] types of the keys
  /// \param[in] order of the rows; of equal ones the first of the batch counts
  static Result<BatchCandidates> Make(const std::vector<std::shared_ptr<arrow::DataType>>& types,
                                      const EncodedKeys& keys, const RowKeys& order);

  /// \brief The partitions that have rows.
  const std::vector<int>& partitions() const { return first_.numbers(); }

  /// \brief Of a partition, the first row of each key, in order; a key may come again.
  std::span<const int64_t> first(int partition) const { return first_.rows(partition); }

  /// \brief The candidate beside each of these.
  std::span<const int64_t> best(int partition) const {
    return best().subspan(first_.begin(partition), first(partition).size());
  }
  /// \brief Those of all partitions, one after the other.
  std::span<const int64_t> best() const {
    return best_.empty() ? std::span<const int64_t>(first_.rows()) : best_;
  }
  /// \brief Where a partition's are among them.
  int64_t begin(int partition) const { return first_.begin(partition); }

 private:
  KeyPartitions first_;
  std::vector<int64_t> best_;  // beside first_.rows(); empty: the same
};

}  // namespace tarn::local
