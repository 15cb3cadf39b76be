#pragma once

#include <memory>
#include <vector>

#include "local/operators/aggregate_groups.h"
#include "local/spill/numbered_runs.h"

namespace tarn::local {

/// \brief What an aggregation did not have the memory for: rows on disk become groups, those of one
/// partition after the other, and all groups are put out in the order of their first rows.
///
/// Order of calls: AddFirst, Process, then Next. Threads: one.
class SpilledGroups {
 public:
  /// \param[in] context, aggregate, exprs borrowed
  /// \param[in] schema of the output
  SpilledGroups(const StageContext& context, const plan::Aggregate& aggregate,
                const AggregateExprs& exprs, SchemaPtr schema)
      : context_(context),
        aggregate_(aggregate),
        exprs_(exprs),
        schema_(std::move(schema)),
        grant_(context.memory),
        output_(schema_, context.spill.get(), context.poll) {}

  /// \brief The groups that were in memory, in order: all were first seen before those on disk.
  Status AddFirst(const BatchPtr& groups) { return output_.AddFirst(groups); }

  /// \brief Make groups of the rows of `parts`.
  /// \return why that was not possible, but for what error() says
  Status Process(std::vector<SpilledPart> parts);

  /// \brief The first error of a function, in the order of rows.
  const CallError& error() const { return error_; }

  /// \brief The next rows of the output; null after the last.
  Result<BatchPtr> Next() { return output_.Next(); }

 private:
  /// Those of one part that are in memory.
  struct PartGroups {
    std::unique_ptr<AggregateGroups> groups;
    std::vector<int64_t> first;  // by group: number of its first row
    CallError error;             // of a function that consumes rows

    int64_t num_bytes() const {
      return groups->num_bytes() + static_cast<int64_t>(first.capacity() * sizeof(int64_t));
    }
  };

  Result<std::vector<SpilledPart>> ProcessPart(const SpilledPart& part);
  Result<PartGroups> ConsumePart(const SpilledPart& part, bool by_batch);
  Status Consume(const BatchPtr& rows, PartGroups* state) const;

  const StageContext& context_;
  const plan::Aggregate& aggregate_;
  const AggregateExprs& exprs_;
  const SchemaPtr schema_;
  MemoryGrant grant_;
  NumberedRuns output_;
  CallError error_;
};

}  // namespace tarn::local
