#pragma once

#include <optional>
#include <vector>

#include "local/expr/compiled_expr.h"
#include "local/keys/sort_key.h"
#include "local/operators/external_sort.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief What a window computes from each batch of its input: keys, and the columns that its
/// functions read, beside those of the input.
///
/// Threads: any number at once.
class WindowInput {
 public:
  /// Columns that one function reads; -1: it has none.
  struct Call {
    std::vector<int> args;
    int filter = -1;
    /// Of a RANGE with an offset: encoded order keys of the bound; NULL where it can't be computed.
    int start = -1;
    int end = -1;
  };

  WindowInput(const plan::Window& window, const SchemaPtr& input, const ExprContext& context);

  /// \brief Of a batch with all columns: those of the input, then those of the calls.
  const SchemaPtr& schema() const { return schema_; }
  int num_input_columns() const { return num_input_columns_; }
  const std::vector<Call>& calls() const { return calls_; }

  /// \brief All columns of a batch of the input, in order of partitions, then of ORDER BY.
  Result<SortedBatch> Sort(const BatchPtr& batch, const Poll& poll) const;

  /// \brief How many bytes of the sort keys are the partition's, by row of a batch of schema(). No
  /// partition's bytes are the beginning of another one's.
  const int32_t* PartitionBytes(const arrow::RecordBatch& batch) const {
    return batch.column_data(num_input_columns_)->GetValues<int32_t>(1);
  }

  /// \brief Why the bound of a RANGE can't be computed for a row.
  Status BoundError(const arrow::RecordBatch& batch, int column, int64_t row) const;

 private:
  /// A column of encoded order keys.
  struct Bound {
    int column = -1;
    CompiledExpr value;
    KeyOrder order;
  };

  int AddColumn(const plan::ExprPtr& expr, const ExprContext& context);
  int AddBound(const plan::FrameBound& bound, const plan::SortKey& key, const ExprContext& context);
  Result<std::shared_ptr<arrow::Array>> Encode(const Bound& bound,
                                               const arrow::RecordBatch& batch) const;

  const int num_input_columns_;
  const SortKeys partition_keys_;
  const SortKeys sort_keys_;  // of the partition, then of ORDER BY
  arrow::FieldVector fields_;
  std::vector<Call> calls_;
  std::vector<std::optional<CompiledExpr>> exprs_;  // by column after PartitionBytes; none: a bound
  std::vector<Bound> bounds_;
  SchemaPtr schema_;
};

/// \brief The keys of PARTITION BY, then those of ORDER BY.
std::vector<plan::SortKey> KeysOf(const std::vector<plan::ExprPtr>& partition_by,
                                  const std::vector<plan::SortKey>& order_by);

}  // namespace tarn::local
