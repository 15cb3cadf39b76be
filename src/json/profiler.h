#pragma once

#include <arrow/memory_pool.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "json/profile.h"
#include "json/scanner.h"

namespace tarn::json {

/// \brief Finds out what the records of blocks look like.
///
/// A Scanner finds and validates them, so that the same are bad. Each of duplicate keys
/// counts: as many values have to fit the type.
/// Threads: one profiler per thread.
class Profiler {
 public:
  /// \param[in] record_bytes_max as ScanOptions has it
  static Result<std::unique_ptr<Profiler>> Make(
      Framing framing, int64_t record_bytes_max = std::numeric_limits<int64_t>::max(),
      arrow::MemoryPool* pool = arrow::default_memory_pool());

  struct Added {
    bool is_whole = true;                ///< no record was too many
    int64_t num_bytes = 0;               ///< up to the end of the last record that was added
    std::vector<BadRecord> bad_records;  ///< all of the block
    int64_t num_bytes_left = 0;          ///< see ScanResult, as the next
    bool lost_track = false;
  };

  /// \brief Add the records of one block to `profile`, the first `num_records_max` of them.
  /// \param[in] block as Scanner::Scan takes it.
  /// \param[in] place of the block's first byte.
  /// \return errors of Scanner::Scan; bad records are counted, not errors.
  Result<Added> Add(const Block& block, const RecordPlace& place, int64_t num_records_max,
                    Profile* profile);

 private:
  explicit Profiler(std::unique_ptr<Scanner> scanner) : scanner_(std::move(scanner)) {}

  std::unique_ptr<Scanner> scanner_;
  std::string copy_;
};

}  // namespace tarn::json
