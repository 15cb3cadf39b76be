#include "lake/columnar_file.h"

#include <parquet/exception.h>
#include <parquet/file_writer.h>

#include "base/large_memory.h"
#include "lake/text_column.h"

namespace tarn::lake {

ColumnarFile::ColumnarFile(std::shared_ptr<arrow::io::OutputStream> sink,
                           std::shared_ptr<parquet::SchemaDescriptor> schema,
                           std::shared_ptr<parquet::WriterProperties> properties,
                           parquet::ArrowWriterProperties* arrow_properties)
    : sink_(std::move(sink)),
      schema_(std::move(schema)),
      properties_(std::move(properties)),
      arrow_properties_(arrow_properties),
      footer_(parquet::FileMetaDataBuilder::Make(schema_.get(), properties_)),
      page_index_(parquet::PageIndexBuilder::Make(schema_.get())) {}

Result<std::unique_ptr<ColumnarFile>> ColumnarFile::Open(
    std::shared_ptr<arrow::io::OutputStream> sink,
    std::shared_ptr<parquet::SchemaDescriptor> schema,
    std::shared_ptr<parquet::WriterProperties> properties,
    parquet::ArrowWriterProperties* arrow_properties) {
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  ARROW_RETURN_NOT_OK(sink->Write("PAR1", 4));
  return std::unique_ptr<ColumnarFile>(new ColumnarFile(std::move(sink), std::move(schema),
                                                        std::move(properties), arrow_properties));
  END_PARQUET_CATCH_EXCEPTIONS
}

Status ColumnarFile::BeginGroup() {
  ARROW_RETURN_NOT_OK(EndGroup());
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  group_ = footer_->AppendRowGroup();
  page_index_->AppendRowGroup();
  for (int index = 0; index < schema_->num_columns(); ++index) {
    ARROW_ASSIGN_OR_RAISE(columns_.emplace_back(), NewColumn(index));
  }
  END_PARQUET_CATCH_EXCEPTIONS
  return Status::OK();
}

Result<std::unique_ptr<ColumnChunk>> ColumnarFile::NewColumn(int index) {
  parquet::ColumnChunkMetaDataBuilder* const metadata = group_->NextColumnChunk();
  ColumnTarget target{
      metadata,
      parquet::PageWriter::Open(
          sink_, properties_->compression(metadata->descr()->path()), metadata,
          /*row_group_ordinal=*/-1, static_cast<int16_t>(index), LargeMemory::Default(),
          /*buffered_row_group=*/true, /*header_encryptor=*/nullptr, /*data_encryptor=*/nullptr,
          /*page_write_checksum_enabled=*/false, page_index_->GetColumnIndexBuilder(index),
          page_index_->GetOffsetIndexBuilder(index)),
      properties_.get()};
  const bool is_text = metadata->descr()->physical_type() == parquet::Type::BYTE_ARRAY;
  return is_text ? MakeTextColumn(std::move(target))
                 : MakeArrowColumn(std::move(target), arrow_properties_);
}

Status ColumnarFile::EndGroup() {
  if (group_ == nullptr) return Status::OK();
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  const int64_t num_rows = columns_.front()->num_rows();
  int64_t num_bytes = 0;
  for (const auto& column : columns_) {
    if (column->num_rows() != num_rows) {
      return Status::Invalid("Columns of a row group differ in length: ", column->num_rows(),
                             " and ", num_rows);
    }
    ARROW_ASSIGN_OR_RAISE(const int64_t num_column_bytes, column->Close());
    num_bytes += num_column_bytes;
  }
  columns_.clear();
  group_->set_num_rows(num_rows);
  group_->Finish(num_bytes);
  group_ = nullptr;
  END_PARQUET_CATCH_EXCEPTIONS
  return Status::OK();
}

Status ColumnarFile::Close(const std::shared_ptr<const arrow::KeyValueMetadata>& metadata) {
  ARROW_RETURN_NOT_OK(EndGroup());
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  page_index_->Finish();
  const auto locations = page_index_->WriteTo(sink_.get());
  footer_->SetIndexLocations(parquet::IndexKind::kColumnIndex, locations.column_index_locations);
  footer_->SetIndexLocations(parquet::IndexKind::kOffsetIndex, locations.offset_index_locations);
  parquet::WriteFileMetaData(*footer_->Finish(metadata), sink_.get());
  END_PARQUET_CATCH_EXCEPTIONS
  return Status::OK();
}

}  // namespace tarn::lake
