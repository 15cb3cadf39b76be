#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/memory_budget.h"
#include "local/aggregates/accumulator.h"
#include "local/batch/batch.h"
#include "local/spill/spilled_rows.h"
#include "rows/row_key.h"

namespace tarn::local {

/// \brief Rows that an accumulator needs all at once, group by group: held until the end, on disk
/// where memory ends.
///
/// Order of calls: Add for all rows, then ForEach. Threads: one at a time.
class RowsByGroup {
 public:
  /// Rows in order, each with its group; flat columns.
  using Visit =
      std::function<Status(const arrow::UInt32Array& groups, const arrow::ArrayVector& columns)>;

  /// \param[in] types of the columns
  /// \param[in] order of the last columns, by which a group's rows come; those that are equal come
  ///   as they were added
  RowsByGroup(const std::vector<std::shared_ptr<arrow::DataType>>& types,
              std::vector<KeyOrder> order, const AccumulatorContext& context);

  /// \brief Rows whose arguments are the columns.
  Status Add(const GroupedRows& rows);

  /// \brief Visit all rows, by group from the least on, then by the order. Called once, last.
  /// \return CapacityError when the order's text passes 2 GiB in memory
  Status ForEach(const Visit& visit);

 private:
  /// The held rows in their order.
  struct Sorted {
    RowKeys keys{};             // empty: not asked for
    std::vector<int64_t> rows;  // numbers over all of held_
  };

  Result<Sorted> Sort(bool with_keys) const;
  Result<RowKeys> KeysOfHeld() const;
  std::vector<int64_t> SortByGroup() const;
  Result<BatchPtr> Take(std::span<const int64_t> rows) const;
  Status Spill();
  Status ForEachHeld(const Visit& visit);
  Status ForEachSpilled(const Visit& visit);
  static Status VisitBatch(const Visit& visit, const arrow::RecordBatch& batch, int num_columns);

  const SchemaPtr schema_;  // the group, then the columns
  const std::vector<KeyOrder> order_;
  const AccumulatorContext context_;
  std::vector<BatchPtr> held_;
  int64_t num_held_ = 0;  // rows of them
  uint32_t num_groups_ = 0;
  std::vector<SpilledRows> runs_;
  MemoryGrant grant_;
};

}  // namespace tarn::local
