#pragma once

#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/row_filter.h"

namespace tarn::json {

/// How records lie in a block.
enum class Framing {
  kLines,   ///< one JSON object a line; blank lines are skipped
  kValues,  ///< JSON objects one after the other, white space between; may span lines
};

struct ScanOptions {
  /// Fields to look for, matched with a record's keys byte for byte (after unescaping). The last of
  /// duplicate keys wins. Missing keys are null.
  std::shared_ptr<arrow::Schema> schema;
  /// Fields of `schema` that the batches hold, in this order; the others serve the filter alone.
  std::vector<int> output;
  RowFilter filter;
  Framing framing = Framing::kLines;
  int depth_max = 64;  ///< nesting levels; deeper is a bad record
};

/// \brief A record that is not valid JSON or does not fit the schema. It is not in the batch.
struct BadRecord {
  int64_t byte_offset = 0;  ///< of its first byte, in the block
  int64_t num_bytes = 0;
  int64_t line = 0;          ///< 0-based, in the block
  int64_t error_offset = 0;  ///< of the byte where the error was seen, in the block
  std::string reason;  ///< "expected ',' or '}' after a value", "field ts: 'abc' is not BIGINT"
};

struct ScanResult {
  std::shared_ptr<arrow::RecordBatch> batch;  ///< records kept, in the block's order
  int64_t num_records = 0;                    ///< read, whether kept or not, bad ones included
  std::vector<BadRecord> bad_records;
};

/// \brief Turns blocks of JSON records into record batches.
///
/// Everything in a block is validated (RFC 8259, UTF-8), also values that nobody reads; a
/// byte-order mark at its start is skipped. Whether a value fits its type is asked of the fields
/// that the filter compares, and of the output's in records that it keeps. A scanner remembers the
/// shapes of the records that it saw to read the next ones faster; results never depend on it.
///
/// Types as in pipeline/pipeline.h's DDL mapping. Values are coerced to them as Spark 4's JSON
/// reader does it, but a record is bad where Spark makes another value of it: integers past TINYINT
/// and seconds past TIMESTAMP (Spark wraps around), digits as a DATE (days since 1970), a time
/// without a date (today), a second value on the line (dropped), a lone surrogate. Time zones are
/// offsets only, not regions.
/// Threads: one scanner per thread. Knows nothing of files, SQL or plans.
class Scanner {
 public:
  virtual ~Scanner() = default;

  /// \return NotImplemented for a type that it can't read; Invalid for options that contradict.
  static Result<std::unique_ptr<Scanner>> Make(
      ScanOptions options, arrow::MemoryPool* pool = arrow::default_memory_pool());

  /// \brief Read one block of whole records.
  /// \param[in] block borrowed for this call only; needs no padding. Any bytes are safe.
  /// \return CapacityError when the block or a column passes 2 GiB (give smaller blocks);
  ///   OutOfMemory. Bad records are not errors.
  virtual Result<ScanResult> Scan(std::string_view block) = 0;
};

/// \brief Where a block of whole records can end: the offset just after the last newline in `data`.
/// \return 0 when there is none.
size_t LastLineEnd(std::string_view data);

}  // namespace tarn::json
