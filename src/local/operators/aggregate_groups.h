#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "local/keys/spilling_keys.h"
#include "local/operators/accumulator_queue.h"
#include "local/operators/aggregate_input.h"

namespace tarn::local {

/// \brief Why an aggregate function has no result. Of several errors the first counts: by batch,
/// then by function.
struct CallError {
  /// After all batches.
  static constexpr int64_t kAtEnd = std::numeric_limits<int64_t>::max();

  int64_t batch = kAtEnd;  ///< of the operator's input, by number
  size_t call = 0;         ///< of the aggregation, by number
  Status status;           ///< OK: there is no error

  bool ok() const { return status.ok(); }
  /// \brief Become the first of both errors.
  void Add(CallError other);
};

/// \brief The groups of an aggregation that are in memory: their keys, and each function's state.
/// Rows of other groups go to disk once the keys are frozen.
///
/// Threads: one at a time.
class AggregateGroups {
 public:
  /// \param[in] context, aggregate borrowed
  /// \param[in] level how often the rows were partitioned before
  /// \param[in] num_parts that the groups are divided into, of which these are one
  static Result<std::unique_ptr<AggregateGroups>> Make(const StageContext& context,
                                                       const plan::Aggregate& aggregate, int level,
                                                       int num_parts = 1);

  /// \brief The number of each row's group; null for the rows that went to disk.
  /// \param[in] rows called where some do
  Result<std::shared_ptr<arrow::UInt32Array>> Number(const AggregateInput& input,
                                                     const SpillingKeys::MakeRows& rows) {
    return keys_->Insert(input.keys, rows);
  }

  /// \brief The same of `rows` alone, in this order: one number for each of them.
  Result<std::shared_ptr<arrow::UInt32Array>> Number(const EncodedKeys& keys,
                                                     std::span<const int64_t> rows,
                                                     const SpillingKeys::MakeRowsAt& make) {
    return keys_->Insert(keys, rows, make);
  }

  /// \brief What each function consumes of the rows whose groups have a number. \return by call
  Result<std::vector<GroupedRows>> RowsOf(std::vector<AggregateInput::Call> calls,
                                          const std::shared_ptr<arrow::UInt32Array>& groups) const;

  /// \brief Have each function consume its rows, by tasks. \return the error of one that failed
  /// before
  Status Add(std::vector<GroupedRows> rows);
  /// \brief No more is added. \param[in] on_end called once, when all is consumed
  void Close(const std::function<void()>& on_end);
  /// \brief The first error of Add. After Close has ended.
  CallError error() const;

  /// \brief Instead of Add: by this thread, at once.
  /// \param[in] batch number of these rows, for the error
  /// \param[in,out] error the first one
  void Consume(const std::vector<GroupedRows>& rows, int64_t batch, CallError* error);

  /// \brief Consume what functions have on disk. After all rows.
  /// \return an error's batch is the number of calls of Add or Consume before that of the row
  CallError ConsumeRest();

  /// \brief Take no more groups.
  void Freeze() { keys_->Freeze(); }
  bool has_spilled() const { return keys_->has_spilled(); }
  uint32_t num_groups() const { return keys_->num_keys(); }
  /// \brief Bytes held, about.
  int64_t num_bytes() const;

  /// \brief A row for each group, in order. Called once.
  /// \param[out] error of the first function that fails; then there are no rows
  Result<BatchPtr> Finish(const SchemaPtr& schema, CallError* error);

  /// \brief The rows on disk. Called once, last.
  Result<std::vector<SpilledPart>> TakeSpilled() { return keys_->TakeSpilled(); }

 private:
  AggregateGroups(const StageContext& context, const plan::Aggregate& aggregate)
      : context_(context), aggregate_(aggregate) {}

  const StageContext& context_;
  const plan::Aggregate& aggregate_;
  std::unique_ptr<SpillingKeys> keys_;
  std::vector<std::unique_ptr<AccumulatorQueue>> accumulators_;  // by call
  std::atomic<size_t> num_open_ = 0;  // accumulators that have not ended, once Close is called
};

}  // namespace tarn::local
