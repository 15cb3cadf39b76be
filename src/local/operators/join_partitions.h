#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/memory_budget.h"
#include "local/batch/stage.h"
#include "local/keys/encoded_keys.h"
#include "local/spill/order_key.h"
#include "local/spill/spilled_partitions.h"

namespace tarn::local {

/// \brief One input of a join on disk: rows with equal keys in one partition, each with its number
/// in the input as its order key.
///
/// Without keys all rows are in one partition. Order of calls: Add for each batch, Flush, then the
/// rest. Threads: one at a time, but for Of.
class JoinPartitions {
 public:
  /// \param[in] schema of the rows
  /// \param[in] null_safe by key: whether NULL matches NULL
  /// \param[in] keeps_unmatched whether rows are needed that match nothing
  JoinPartitions(const SchemaPtr& schema, std::vector<bool> null_safe, bool keeps_unmatched,
                 const StageContext& context)
      : null_safe_(std::move(null_safe)),
        keeps_unmatched_(keeps_unmatched),
        partitions_(WithOrderKey(schema), context.spill.get()),
        grant_(context.memory) {}

  /// \brief The partition of each row, as SpilledPartitions::Add takes them. Threads: any number at
  /// once.
  std::vector<int8_t> Of(const EncodedKeys& keys) const;

  /// \brief The next rows of the input.
  Status Add(const BatchPtr& batch, std::span<const int8_t> partitions);

  Status Flush();

  /// \brief Added so far, those that are in no partition too.
  int64_t num_rows() const { return num_rows_; }
  SpilledRows& partition(int i) { return partitions_.partition(i); }

 private:
  const std::vector<bool> null_safe_;
  const bool keeps_unmatched_;
  SpilledPartitions partitions_;
  int64_t num_rows_ = 0;
  MemoryGrant grant_;
};

}  // namespace tarn::local
