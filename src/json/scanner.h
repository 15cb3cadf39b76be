#pragma once

#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>

#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/row_filter.h"
#include "values/datetime_pattern.h"

namespace tarn::json {

/// How records lie in a block.
enum class Framing {
  kLines,   ///< one JSON object a line, or an array of some; blank lines are skipped
  kValues,  ///< JSON objects one after the other, white space between; may span lines
  kArray,   ///< one JSON array of objects a file, or several one after the other
};

struct ScanOptions {
  /// Fields to look for, matched with a record's keys byte for byte (after unescaping). The last of
  /// duplicate keys wins. Missing keys are null.
  std::shared_ptr<arrow::Schema> schema;
  /// Fields of `schema` that the batches hold, in this order; the others serve the filter alone.
  std::vector<int> output;
  RowFilter filter;                  ///< what the records of the batch pass
  DatetimeFormats datetime_formats;  ///< as Spark's options dateFormat and timestampFormat
  Framing framing = Framing::kLines;
  int depth_max = 1000;  ///< nesting levels; deeper is a bad record, as it is to Spark
  int64_t record_bytes_max = std::numeric_limits<int64_t>::max();  ///< a longer record is bad
  bool find_new_keys = false;  ///< fill ScanResult::new_keys and met_keys
  /// Fields that records may have besides those of `schema`: nobody wants their values.
  std::vector<std::shared_ptr<arrow::Field>> known_fields{};
  bool locate_records = false;  ///< fill ScanResult::records
  bool dictionaries = false;    ///< STRING columns may be dictionaries: see ScanResult::batch
  /// A value that does not fit its field's type, or is a part of one that does not, is null, and
  /// the record is not bad for it. Of repeated keys only the last is looked at.
  bool rescues = false;
  /// With `rescues`, a STRING field of `schema` that takes no key's values: an object of the paths
  /// of what does not fit ("v.a", "v[0]", "v.key" of a map) and the values as they are written;
  /// null where all fits. All fields of `schema` are looked at then. The filter can't have it. -1:
  /// none.
  int rescued_field = -1;
};

/// \brief A file's text, or a part of it.
struct Block {
  std::string_view text;    ///< with Framing::kLines, of whole lines
  bool begins_file = true;  ///< a byte-order mark may come first
  /// False: a record that is cut off at the end is left for the next block.
  bool ends_file = true;
  /// The record before this block is left out of it: see BadRecord::is_too_long.
  bool follows_record = false;
};

/// \brief A record that is not valid JSON or does not fit the schema. It is not in the batch.
///
/// Without lines, it is unknown where a record begins after a syntax error: the bad record is then
/// all of the rest of its block, and no more blocks of the file can be read.
struct BadRecord {
  int block = 0;             ///< index in the call's blocks
  int64_t byte_offset = 0;   ///< of its first byte, in the block
  int64_t num_bytes = 0;     ///< its length
  int64_t line = 0;          ///< 0-based, in the block
  int64_t error_offset = 0;  ///< of the byte where the error was seen, in the block
  std::string reason;  ///< "expected ',' or '}' after a value", "field ts: 'abc' is not BIGINT"
  bool is_too_long = false;  ///< it passes record_bytes_max, whatever else is wrong with it
};

/// \brief A key that the schema does not name.
struct NewKey {
  /// Shortened. Inside a STRUCT with its path: "o.key", "o[].key" in an ARRAY, "o.*.key" in a MAP.
  std::string key;
  int64_t num_records = 0;  ///< that have it
  int block = 0;            ///< of the first of them, as are the others
  int64_t byte_offset = 0;  ///< of that record's first byte, in the block
  int64_t line = 0;         ///< 0-based, in the block
  std::string example;      ///< its value there as JSON text, shortened
};

/// \brief Where a record lies.
struct RecordExtent {
  int block = 0;            ///< index in the call's blocks
  int64_t byte_offset = 0;  ///< of its first byte, in the block
  int64_t num_bytes = 0;    ///< its length
};

struct ScanResult {
  /// Records kept, in the blocks' order. With ScanOptions::dictionaries a column that its schema
  /// calls utf8 is an arrow::DictionaryArray with int32 indices and a utf8 dictionary, or a
  /// StringArray where it has many different values. The dictionaries of a scanner's batches share
  /// their buffers: one that is longer begins with the same entries. They have no nulls and no
  /// entry twice; which entries there are, and their order, depends on all that the scanner has
  /// read.
  std::shared_ptr<arrow::RecordBatch> batch;
  int64_t num_records = 0;             ///< read, whether kept or not, bad ones included
  std::vector<BadRecord> bad_records;  ///< in the blocks' order
  std::vector<NewKey> new_keys;        ///< by first record, then by place in it; inner ones last
  int64_t num_rescued = 0;             ///< values that did not fit: see ScanOptions::rescues
  int64_t num_lines = 0;               ///< with Framing::kLines: line ends in the blocks
  /// With find_new_keys: keys of `schema` and `known_fields` that this scanner has not met before,
  /// as NewKey::key has them, in no order.
  std::vector<std::string> met_keys;
  std::vector<RecordExtent> records;  ///< those of the batch, if they are to be located
  int64_t num_bytes_left = 0;         ///< at the last block's end, of a record that is cut off
  bool lost_track = false;            ///< the last block's file cannot be read on: see BadRecord
};

/// \brief Turns blocks of JSON records into record batches.
///
/// Everything in a block is validated (RFC 8259, UTF-8), also values that are not read; a file's
/// byte-order mark is skipped. Whether a value fits its type is asked of the fields
/// that the filter compares, and of the output's in records that it keeps. A scanner remembers the
/// shapes of the records that it saw to read the next ones faster; results never depend on it.
///
/// Types as in pipeline/pipeline.h's DDL mapping. Values are coerced to them as Spark 4's JSON
/// reader does it, but a record is bad where Spark makes another value of it: integers past TINYINT
/// and seconds past TIMESTAMP (Spark wraps around), digits as a DATE (days since 1970), a time
/// without a date (today), anything after the record on its line (dropped), a lone surrogate, bare
/// NaN and Infinity, non-ASCII digits in a quoted decimal, nesting deeper than depth_max.
///
/// Threads: one scanner per thread. Knows nothing of files, SQL or plans.
class Scanner {
 public:
  virtual ~Scanner() = default;

  /// \return NotImplemented for a type that it can't read; Invalid for options that contradict.
  static Result<std::unique_ptr<Scanner>> Make(
      ScanOptions options, arrow::MemoryPool* pool = arrow::default_memory_pool());

  /// \brief Read blocks, of one file or of several, into one batch.
  ///
  /// A file that is given in several blocks begins in one call's last block; the next calls have
  /// one block each, which begins with the bytes that were left. \param[in] blocks borrowed for
  /// this call only; need no padding. Any bytes are safe. \return CapacityError when a block or a
  /// column passes 2 GiB (give smaller blocks);
  ///   OutOfMemory. Bad records are not errors.
  virtual Result<ScanResult> Scan(std::span<const Block> blocks) = 0;

  /// \brief Read a whole file's text.
  Result<ScanResult> Scan(std::string_view text) {
    const Block block{text};
    return Scan(std::span(&block, 1));
  }
};

/// \brief Where a block of whole records can end: the offset just after the last newline in `data`.
/// \return 0 when there is none.
size_t LastLineEnd(std::string_view data);

}  // namespace tarn::json
