#pragma once

#include <memory>
#include <vector>

#include "local/operators/aggregate_groups.h"
#include "local/spill/numbered_runs.h"

namespace tarn::local {

/// \brief What an aggregation did not have the memory for: rows on disk become groups, those of one
/// partition after the other. Threads: one.
class SpilledGroups {
 public:
  /// \param[in] context, aggregate, exprs borrowed
  /// \param[in] schema of the output
  /// \param[in] output where the groups go, each by the number of its first row; borrowed
  SpilledGroups(const StageContext& context, const plan::Aggregate& aggregate,
                const AggregateExprs& exprs, SchemaPtr schema, NumberedRuns* output)
      : context_(context),
        aggregate_(aggregate),
        exprs_(exprs),
        schema_(std::move(schema)),
        grant_(context.memory),
        output_(output) {}

  /// \brief Make groups of the rows of `parts`.
  /// \return why that was not possible, but for what error() says
  Status Process(std::vector<SpilledPart> parts);

  /// \brief The first error of a function, in the order of rows.
  const CallError& error() const { return error_; }

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
  NumberedRuns* const output_;
  CallError error_;
};

}  // namespace tarn::local
