#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/poll.h"
#include "local/batch/batch.h"
#include "local/spill/spill_merge.h"

namespace tarn::local {

/// \brief Rows of an operator's output, each with a number, that are put out in the order of
/// numbers. They are on disk.
///
/// Order of calls: Add for all rows, then Next. Threads: any number at once may Add.
class NumberedRuns {
 public:
  /// \param[in] store borrowed
  /// \param[in] poll asked before each batch
  NumberedRuns(SchemaPtr schema, SpillStore* store, Poll poll)
      : schema_(std::move(schema)), store_(store), poll_(std::move(poll)) {}

  /// \brief Add rows whose numbers rise.
  Status Add(const BatchPtr& rows, std::span<const int64_t> numbers);

  /// \brief Add rows that come before all others in an output whose rows are numbered by
  /// OrderKeysOfBatch: there are no more than rows of the batches before the others'.
  Status AddFirst(const BatchPtr& rows);

  /// \brief The next rows; null after the last.
  Result<BatchPtr> Next();

 private:
  const SchemaPtr schema_;
  SpillStore* const store_;
  const Poll poll_;
  std::mutex mutex_;  // of runs_
  std::vector<SpilledRows> runs_;
  std::unique_ptr<SpillMerge> merge_;  // of runs_, once the first rows are asked for
};

}  // namespace tarn::local
