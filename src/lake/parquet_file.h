#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "base/shared_loop.h"
#include "lake/lake.h"
#include "lake/ordered_rows.h"

namespace tarn::lake {

/// \brief `.snappy.parquet`, `.zstd.parquet`, `.gz.parquet` or `.parquet`, as Spark names files.
std::string ParquetSuffix(Codec codec);

/// \brief What all Parquet files of one table share; made once, because a table may have thousands.
///
/// Files are as Spark writes them: format 2.6, v1 data pages, dictionaries, statistics, timestamps
/// as INT64 microseconds (UTC when the type has a time zone), decimals as integers where they fit.
/// Those of a few rows have no dictionaries: see SmallParquet.
class ParquetFormat {
 public:
  /// \return kBadInput for a column type that Parquet cannot hold.
  static Result<std::shared_ptr<const ParquetFormat>> Make(std::shared_ptr<arrow::Schema> schema,
                                                           Codec codec, int64_t row_group_bytes);
  virtual ~ParquetFormat() = default;

  /// \brief A new file on `sink`.
  virtual Result<std::unique_ptr<class ParquetFile>> Open(
      std::shared_ptr<arrow::io::OutputStream> sink) const = 0;
};

/// \brief One Parquet file that is being written.
class ParquetFile {
 public:
  virtual ~ParquetFile() = default;
  /// \brief Append rows. A row group ends when it holds row_group_bytes, uncompressed.
  /// \param[in] loop runs over the columns. The file is the same whatever its threads
  virtual Status Write(const OrderedRows& rows, const ParallelLoop& loop) = 0;
  /// \brief Append the rows of one batch on this thread.
  Status Write(const arrow::RecordBatch& batch);
  /// \brief How much of what was written is in memory, as it was before it was encoded.
  virtual int64_t num_held_bytes() const = 0;
  /// \brief Write the footer. Does not close the sink.
  virtual Status Close() = 0;
};

}  // namespace tarn::lake
