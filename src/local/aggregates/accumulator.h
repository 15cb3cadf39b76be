#pragma once

#include <arrow/array.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/memory_budget.h"
#include "base/poll.h"
#include "local/batch/spill_store.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief Rows on their way into an accumulator.
struct GroupedRows {
  /// One per argument, each as long as `groups`; codes into a dictionary perhaps, but not the last
  /// of several.
  arrow::ArrayVector args;
  std::shared_ptr<arrow::UInt32Array> groups;  ///< each row's group, below num_groups
  uint32_t num_groups = 0;                     ///< so far; never falls

  int64_t num_rows() const { return groups->length(); }
};

/// \brief What an accumulator needs of the operator that it works for. All pointers are borrowed.
struct AccumulatorContext {
  MemoryBudget* memory = nullptr;  ///< of the run; null: without a limit
  SpillStore* spill = nullptr;     ///< of the operator; null only where memory is
  Poll poll = GoOn;                ///< asked where much is to be done at once
  int num_parts = 1;  ///< that the operator's groups are divided into, of which it works
                      ///< for one
};

/// \brief One aggregate function's state for all groups.
///
/// The result depends on the order of rows alone, not on how they are cut into batches.
/// Threads: one at a time.
class Accumulator {
 public:
  virtual ~Accumulator() = default;
  /// \brief Add rows to their groups. \return kBadInput for a result that its type can't hold
  virtual Status Consume(const GroupedRows& rows) = 0;

  /// \brief Consume the rows that are on disk, because memory ended. Called once, after all others.
  /// \param[out] num_consumed on error: of the calls of Consume, those before the one with the row
  ///   that fails
  virtual Status ConsumeRest(uint32_t num_groups, int64_t* num_consumed) { return Status::OK(); }

  /// \brief One value per group. Called once, last.
  virtual Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) = 0;

  /// \brief Begin group `to`, which has no rows so far, with those of group `from`.
  /// \return false: it can't be done; nothing has changed
  virtual bool CopyGroup(uint32_t from, uint32_t to) { return false; }

  /// \brief Bytes held, about, with those of a copy that Finish makes; but for what it answers for
  /// by itself: that which it can write to disk.
  virtual int64_t num_bytes() const = 0;

  /// \brief The accumulator of `call`, which must outlive it; its DISTINCT is applied, its FILTER
  /// is the caller's.
  /// \return NotImplemented for a function or a type that there is none for; kBadInput for a
  ///   constant argument that the function does not take
  static Result<std::unique_ptr<Accumulator>> Make(const plan::AggregateCall& call,
                                                   const AccumulatorContext& context);

  /// \brief Whether there is one of this aggregate.
  static bool Knows(const plan::Function& function);
};

using AccumulatorPtr = std::unique_ptr<Accumulator>;

/// \brief kBadInput by Spark's error class, located at the call's first argument.
Status AggregateError(const plan::AggregateCall& call, std::string_view error_class,
                      std::string message, std::string hint = "");

/// \brief The error of a result that its type can't hold.
/// \param[in] example what of the rows makes it so; may be empty
Status AggregateOverflow(const plan::AggregateCall& call, std::string_view example = "");

/// \brief Whether this engine can compute the plan's aggregates with their constant arguments.
/// \return kBadInput with each that it can't, at its place in the SQL
Status CheckAggregates(const plan::Plan& plan);

/// \brief The rows for which `keep` is true.
Result<GroupedRows> SelectRows(const GroupedRows& rows, const arrow::BooleanArray& keep);

}  // namespace tarn::local
