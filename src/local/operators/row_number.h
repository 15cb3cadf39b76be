#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "local/batch/in_order_stage.h"
#include "local/operators/external_sort.h"
#include "local/operators/partition_limit.h"
#include "local/operators/window_input.h"
#include "local/operators/window_keys.h"
#include "local/spill/spilled_rows.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief A batch of which the rows are to be numbered.
struct UnnumberedRows {
  BatchPtr batch;
  EncodedKeys partitions;
  RowKeys keys;                ///< of the order in a partition
  std::vector<int64_t> order;  ///< SortRows(keys)
};

/// \brief The input's rows in their order, each with its place (from 1) within its partition.
///
/// Rows with equal keys are numbered in the input's order. In memory, all rows are brought into the
/// order of keys, and each partition counts its own. Where memory ends, the rows wait on disk;
/// their keys are sorted there by partition to be numbered, and the numbers by row. With a limit,
/// rows with greater numbers are left out; in memory, most of them at once.
class RowNumberStage : public InOrderStage<UnnumberedRows> {
 public:
  /// \param[in] schema of the output: the input's columns and the number
  static Result<std::shared_ptr<RowNumberStage>> Make(StageContext context, SchemaPtr schema,
                                                      const plan::RowNumber& row_number,
                                                      const ExprContext& expr_context,
                                                      PieceSinkPtr next);

  bool IsClosed() const override { return InOrderStage::IsClosed() || output_.IsClosed(); }

 protected:
  Result<UnnumberedRows> Prepare(const BatchPtr& batch) const override;
  Status Consume(UnnumberedRows rows) override;
  void Finish(Status status) override;

 private:
  RowNumberStage(StageContext context, SchemaPtr schema, const plan::RowNumber& row_number,
                 const ExprContext& expr_context, PieceSinkPtr next);

  Status Hold(UnnumberedRows rows);
  Status HoldLimited(const SortedBatch& rows, std::span<const uint32_t> partitions);
  Status HoldSorted(SortedBatch rows);
  Status DropExcess();
  void ForgetPartitions();
  int64_t held_bytes() const;
  Result<SortedBatch> SortByPartition(const BatchPtr& batch, int64_t first_row);
  Status Spill();
  Status NumberInMemory();
  Status NumberOnDisk();
  void PushFromMemory();
  void PushFromDisk();

  const SchemaPtr schema_;
  const SchemaPtr input_schema_;
  const WindowKeys keys_;
  const SortKeys partition_keys_;  // of the partition alone
  const SortKeys sort_keys_;       // of the partition, then those of the order
  const StageOutput output_;

  std::shared_ptr<MemoryGrant> grant_;
  std::vector<BatchPtr> batches_;  // in memory
  int64_t num_bytes_ = 0;          // of batches_
  int64_t num_rows_ = 0;           // of batches_ and those before them

  // While all is in memory.
  SortedRuns runs_;  // of batches_
  std::unique_ptr<KeyTable> partitions_;
  std::vector<uint32_t> partition_of_;  // by row
  std::optional<PartitionLimit> limit_;
  int64_t runs_bytes_ = 0;

  // When some is on disk.
  SpilledRows spilled_;  // those before batches_
  ExternalSort sort_;    // of the keys

  // The numbers, in the order of rows.
  std::shared_ptr<arrow::Array> numbers_;  // when all is in memory
  std::unique_ptr<SpillMerge> merge_;      // when some is on disk
};

}  // namespace tarn::local
