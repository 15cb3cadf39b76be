#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/poll.h"
#include "local/batch/batch.h"
#include "local/spill/spilled_rows.h"

namespace tarn::local {

/// \brief Merges runs of rows, each in the order of its order keys, into one.
///
/// Of rows with equal keys, those of an earlier run come first. Memory: some hundred KiB for each
/// of kRunsMax runs. Threads: one.
class SpillMerge {
 public:
  /// Runs that are read at once; more are merged into fewer ones on disk first.
  static constexpr size_t kRunsMax = 64;

  /// \param[in] runs flushed, with the columns WithOrderKey(schema)
  /// \param[in] store borrowed
  /// \param[in] poll asked before each batch
  static Result<std::unique_ptr<SpillMerge>> Make(const SchemaPtr& schema,
                                                  std::vector<SpilledRows> runs, SpillStore* store,
                                                  const Poll& poll);

  /// \brief The next rows, with their order keys, at most kBatchRows; null after the last.
  Result<BatchPtr> Next();

 private:
  /// A run at its next row.
  struct Head {
    std::string_view key;
    size_t run;
  };
  struct Run {
    SpilledReader reader;
    BatchPtr batch;
    int32_t row = 0;
    int32_t chunk = -1;  // of the output, -1: not in it
  };

  SpillMerge(SchemaPtr schema, Poll poll) : schema_(std::move(schema)), poll_(std::move(poll)) {}

  Status Open(std::vector<SpilledRows> runs);
  Status ReadNext(size_t run);
  static bool ComesLater(const Head& a, const Head& b);

  const SchemaPtr schema_;  // with the order keys
  const Poll poll_;
  std::vector<Run> runs_;
  std::vector<Head> heads_;  // a heap, the least on top
};

}  // namespace tarn::local
