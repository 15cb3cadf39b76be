#pragma once

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "storage/storage.h"

/// Records that could not be read, kept in the lake: `_tarn/quarantine/<run>/source=<source>/`.
namespace tarn::lake {

/// \brief One record, or a file that could not be read to its end.
struct QuarantinedRecord {
  std::string path;         ///< of its file
  int64_t line = 0;         ///< 1-based, in the file's text: decompressed, in UTF-8; 0: unknown
  int64_t byte_offset = 0;  ///< of its first byte, in the file's text
  std::string reason;       ///< why it could not be read
  std::string bytes;        ///< as they are in the text; empty for a file

  /// \brief Whether line and offset are known. Spark does not report them.
  bool has_place() const { return line > 0; }
};

/// \brief path STRING, line BIGINT (NULL, as byte_offset, where it is unknown), byte_offset BIGINT,
/// reason STRING, record BINARY.
std::shared_ptr<arrow::Schema> QuarantineSchema();

Result<std::shared_ptr<arrow::RecordBatch>> ToRecordBatch(
    const std::vector<QuarantinedRecord>& records);

/// \brief What one run put into quarantine of one source.
struct QuarantinedSource {
  std::string run_id;
  std::string source;
  std::string folder;             ///< with its Parquet files: absolute path or URI
  int64_t num_records = 0;        ///< 0 where they cannot be read
  std::string unreadable{};       ///< why its records cannot be read; "": they can
  bool is_of_failed_run = false;  ///< no table of the lake was made with these records
};

/// \brief All of a lake's quarantine, the newest run first, then by source; also what is damaged.
/// \param[in] storage that holds the lake
/// \param[in] lake_root absolute path or URI
Result<std::vector<QuarantinedSource>> ListQuarantine(storage::Storage* storage,
                                                      const std::string& lake_root);

/// \brief The first records, in the order in which the run read them.
Result<std::vector<QuarantinedRecord>> ReadQuarantine(
    const std::shared_ptr<storage::Storage>& storage, const QuarantinedSource& quarantined,
    int64_t num_records_max);

}  // namespace tarn::lake
