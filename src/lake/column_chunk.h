#pragma once

#include <parquet/column_writer.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <cstdint>
#include <memory>
#include <span>

#include "base/error.h"
#include "lake/ordered_rows.h"

namespace tarn::lake {

/// \brief Rows of one row group that are encoded together.
struct RowBlock {
  int64_t begin = 0;
  int64_t length = 0;
};

/// \brief One column of a row group that is being written. Threads: one at a time.
class ColumnChunk {
 public:
  virtual ~ColumnChunk() = default;
  /// \brief Append the values of column `column` in these rows.
  virtual Status Write(const OrderedRows& rows, int column, std::span<const RowBlock> blocks) = 0;
  virtual int64_t num_rows() const = 0;
  /// \brief Write all pages to the file.
  /// \return their bytes before compression, with their headers
  virtual Result<int64_t> Close() = 0;
};

/// \brief Where a column chunk goes, and how.
struct ColumnTarget {
  parquet::ColumnChunkMetaDataBuilder* metadata;  ///< outlives the chunk
  std::unique_ptr<parquet::PageWriter> pages;
  const parquet::WriterProperties* properties;  ///< outlive the chunk
};

/// \brief A column of any type without others inside, by Arrow's encoders.
/// \param[in] properties outlive the chunk
Result<std::unique_ptr<ColumnChunk>> MakeArrowColumn(ColumnTarget target,
                                                     parquet::ArrowWriterProperties* properties);

}  // namespace tarn::lake
