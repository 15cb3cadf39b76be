#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/metadata.h>
#include <parquet/page_index.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include <memory>
#include <vector>

#include "base/error.h"
#include "lake/column_chunk.h"

namespace tarn::lake {

/// \brief A Parquet file of columns without others inside: its row groups, page index and footer.
///
/// What parquet::ParquetFileWriter does, but that one has its own writer of each column.
/// Threads: one at a time; the columns of a row group each on another.
class ColumnarFile {
 public:
  /// \brief Begin the file.
  /// \param[in] arrow_properties outlive the file
  static Result<std::unique_ptr<ColumnarFile>> Open(
      std::shared_ptr<arrow::io::OutputStream> sink,
      std::shared_ptr<parquet::SchemaDescriptor> schema,
      std::shared_ptr<parquet::WriterProperties> properties,
      parquet::ArrowWriterProperties* arrow_properties);

  /// \brief End the row group before, if there is one, and begin another.
  Status BeginGroup();
  /// \brief A column of the last row group.
  ColumnChunk* column(int index) { return columns_[static_cast<size_t>(index)].get(); }
  /// \brief Write the rest of the file. Does not close the sink.
  Status Close(const std::shared_ptr<const arrow::KeyValueMetadata>& metadata);

 private:
  ColumnarFile(std::shared_ptr<arrow::io::OutputStream> sink,
               std::shared_ptr<parquet::SchemaDescriptor> schema,
               std::shared_ptr<parquet::WriterProperties> properties,
               parquet::ArrowWriterProperties* arrow_properties);

  Result<std::unique_ptr<ColumnChunk>> NewColumn(int index);
  Status EndGroup();

  const std::shared_ptr<arrow::io::OutputStream> sink_;
  const std::shared_ptr<parquet::SchemaDescriptor> schema_;
  const std::shared_ptr<parquet::WriterProperties> properties_;
  parquet::ArrowWriterProperties* const arrow_properties_;
  const std::unique_ptr<parquet::FileMetaDataBuilder> footer_;
  const std::unique_ptr<parquet::PageIndexBuilder> page_index_;
  parquet::RowGroupMetaDataBuilder* group_ = nullptr;  // belongs to footer_
  std::vector<std::unique_ptr<ColumnChunk>> columns_;  // of the last row group
};

}  // namespace tarn::lake
