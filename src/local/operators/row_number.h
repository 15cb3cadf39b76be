#pragma once

#include <memory>
#include <vector>

#include "local/batch/in_order_stage.h"
#include "local/expr/compiled_expr.h"
#include "local/operators/external_sort.h"
#include "local/spill/spilled_rows.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief A batch of which the rows are to be numbered.
struct UnnumberedRows {
  BatchPtr batch;
  /// By partition and order within it, with a column of the bytes of each key that are the
  /// partition's.
  SortedBatch keys;
};

/// \brief The input's rows in their order, each with its place (from 1) within its partition.
///
/// Rows with equal keys are numbered in the input's order. Where memory ends, the rows wait on
/// disk; their keys are sorted there by partition to be numbered, and the numbers by row.
class RowNumberStage : public InOrderStage<UnnumberedRows> {
 public:
  /// \param[in] schema of the output: the input's columns and the number
  RowNumberStage(StageContext context, SchemaPtr schema, const plan::RowNumber& row_number,
                 const ExprContext& expr_context, PieceSinkPtr next);

  bool IsClosed() const override { return InOrderStage::IsClosed() || output_.IsClosed(); }

 protected:
  Result<UnnumberedRows> Prepare(const BatchPtr& batch) const override;
  Status Consume(UnnumberedRows rows) override;
  void Finish(Status status) override;

 private:
  Status Spill();
  Status Number();
  Status NumberOnDisk();
  void PushFromMemory();
  void PushFromDisk();

  const SchemaPtr schema_;
  const SchemaPtr input_schema_;
  std::vector<CompiledExpr> keys_;  // those of partitions first
  std::vector<KeyOrder> orders_;    // of keys_
  const size_t num_partition_keys_;
  const StageOutput output_;

  std::shared_ptr<MemoryGrant> grant_;
  std::vector<BatchPtr> batches_;  // in memory
  int64_t num_bytes_ = 0;          // of batches_
  int64_t num_rows_ = 0;           // that came
  SpilledRows spilled_;            // those before batches_
  ExternalSort sort_;              // of the keys

  // The numbers, in the order of rows.
  std::shared_ptr<arrow::Array> numbers_;  // when all is in memory
  std::unique_ptr<SpillMerge> merge_;      // when some is on disk
};

}  // namespace tarn::local
