#include "lake/small_parquet.h"

#include <arrow/util/compression.h>
#include <arrow/util/endian.h>
#include <parquet/types.h>

#include <array>
#include <cstring>
#include <utility>

#include "lake/plain_values.h"
#include "lake/thrift_compact.h"

// Names of fields are those of
// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
namespace tarn::lake {

/// What the footer says of one column of a file.
struct SmallParquet::Chunk {
  int64_t begin = 0;  // in the file
  int64_t num_bytes = 0;
  int64_t num_uncompressed_bytes = 0;
  PlainValues values;
};

namespace {

constexpr std::string_view kMagic = "PAR1";

// Longer bounds are left out, as by Arrow's writer.
constexpr size_t kBoundBytesMax = 4096;

constexpr int kDataPage = 0;      // PageType
constexpr int kPlain = 0;         // Encoding
constexpr int kRunLengths = 3;    // Encoding: RLE
constexpr int kNumRowsField = 3;  // FileMetaData.num_rows
constexpr int kRowGroupsField = 4;

int32_t CodecNumber(Codec codec) {
  switch (codec) {
    case Codec::kNone:
      return 0;
    case Codec::kSnappy:
      return 1;
    case Codec::kGzip:
      return 2;
    case Codec::kZstd:
      return 6;
  }
  return 0;
}

// Null for none.
Result<std::unique_ptr<arrow::util::Codec>> OpenCodec(Codec codec) {
  switch (codec) {
    case Codec::kNone:
      return nullptr;
    case Codec::kSnappy:
      return arrow::util::Codec::Create(arrow::Compression::SNAPPY);
    case Codec::kGzip:
      return arrow::util::Codec::Create(arrow::Compression::GZIP);
    case Codec::kZstd:
      return arrow::util::Codec::Create(arrow::Compression::ZSTD);
  }
  return nullptr;
}

Result<std::string> Compress(std::string bytes, arrow::util::Codec* codec) {
  if (codec == nullptr) return bytes;
  const auto* input = reinterpret_cast<const uint8_t*>(bytes.data());
  const auto length = static_cast<int64_t>(bytes.size());
  std::string compressed(static_cast<size_t>(codec->MaxCompressedLen(length, input)), '\0');
  ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes,
                        codec->Compress(length, input, static_cast<int64_t>(compressed.size()),
                                        reinterpret_cast<uint8_t*>(compressed.data())));
  compressed.resize(static_cast<size_t>(num_bytes));
  return compressed;
}

std::string PageHeader(int64_t num_rows, size_t num_uncompressed_bytes, size_t num_bytes) {
  std::string header;
  ThriftWriter page(&header);
  page.Int32(1, kDataPage);
  page.Int32(2, static_cast<int32_t>(num_uncompressed_bytes));
  page.Int32(3, static_cast<int32_t>(num_bytes));
  page.BeginStruct(5);  // data_page_header
  page.Int32(1, static_cast<int32_t>(num_rows));
  page.Int32(2, kPlain);
  page.Int32(3, kRunLengths);  // of definition levels
  page.Int32(4, kRunLengths);  // of repetition levels, of which there are none
  page.EndStruct();
  page.EndStruct();
  return header;
}

void AppendStatistics(const PlainValues& values, bool has_old_bounds, ThriftWriter* metadata) {
  const auto is_kept = [](const std::optional<std::string>& bound) {
    return bound && bound->size() <= kBoundBytesMax;
  };
  const bool has_max = is_kept(values.max);
  const bool has_min = is_kept(values.min);
  metadata->BeginStruct(12);  // statistics
  if (has_max && has_old_bounds) metadata->Binary(1, *values.max);
  if (has_min && has_old_bounds) metadata->Binary(2, *values.min);
  metadata->Int64(3, values.num_nulls);
  if (has_max) metadata->Binary(5, *values.max);
  if (has_min) metadata->Binary(6, *values.min);
  if (has_max) metadata->Bool(7, true);  // is_max_value_exact
  if (has_min) metadata->Bool(8, true);  // is_min_value_exact
  metadata->EndStruct();
}

// The footer's length stands in front of the magic number that ends a file.
Result<std::string_view> FooterOf(std::string_view file) {
  constexpr size_t kTailBytes = sizeof(uint32_t) + kMagic.size();
  uint32_t length = 0;
  if (file.size() < kTailBytes) return Status::Invalid("not a Parquet file");
  file.remove_suffix(kTailBytes);
  std::memcpy(&length, file.data() + file.size(), sizeof length);
  length = arrow::bit_util::FromLittleEndian(length);
  if (length > file.size()) return Status::Invalid("not a Parquet file");
  return file.substr(file.size() - length);
}

}  // namespace

Result<std::unique_ptr<const SmallParquet>> SmallParquet::Make(
    const arrow::Schema& schema, const parquet::SchemaDescriptor& columns, Codec codec,
    std::string_view empty_file) {
  std::unique_ptr<SmallParquet> format(new SmallParquet(codec));
  for (int index = 0; index < schema.num_fields(); ++index) {
    if (!IsPlainType(*schema.field(index)->type())) return nullptr;
    const parquet::ColumnDescriptor& described = *columns.Column(index);
    Column& column = format->columns_.emplace_back();
    column.type = described.physical_type();
    column.type_length = described.type_length();
    column.is_optional = described.max_definition_level() > 0;
    column.has_old_bounds = described.sort_order() == parquet::SortOrder::SIGNED;
    ThriftWriter metadata(&column.metadata_begin);
    metadata.Int32(1, static_cast<int32_t>(column.type));
    metadata.BeginList(2, ThriftType::kI32, 2);  // encodings
    metadata.Integer(kPlain);
    metadata.Integer(kRunLengths);
    metadata.BeginList(3, ThriftType::kBinary, 1);  // path_in_schema
    metadata.Bytes(described.name());
    metadata.Int32(4, CodecNumber(codec));
  }
  ARROW_RETURN_NOT_OK(format->TakeFooter(empty_file));
  return format;
}

Status SmallParquet::TakeFooter(std::string_view empty_file) {
  ARROW_ASSIGN_OR_RAISE(const std::string_view footer, FooterOf(empty_file));
  ThriftReader fields(footer);
  for (int field = -1; field != kRowGroupsField;) {
    const size_t begin = fields.position();
    ARROW_ASSIGN_OR_RAISE(field, fields.SkipField());
    if (field == kNumRowsField) footer_begin_ = footer.substr(0, begin);
    if (field == 0) return Status::Invalid("a Parquet footer without row groups");
  }
  footer_end_ = footer.substr(fields.position());
  return Status::OK();
}

bool SmallParquet::Takes(const arrow::RecordBatch& rows) const {
  if (rows.num_rows() == 0 || rows.num_rows() > kRowsMax) return false;
  int64_t num_bytes = 0;
  for (const auto& column : rows.columns()) {
    if (!arrow::is_base_binary_like(column->type_id())) continue;
    num_bytes +=
        arrow::internal::checked_cast<const arrow::BinaryArray&>(*column).total_values_length();
  }
  return num_bytes <= kTextBytesMax;
}

Result<std::string> SmallParquet::FileOf(const arrow::RecordBatch& rows) const {
  ARROW_ASSIGN_OR_RAISE(const auto codec, OpenCodec(codec_));
  std::string file(kMagic);
  std::vector<Chunk> chunks;
  int64_t num_uncompressed_bytes = 0;
  for (size_t index = 0; index < columns_.size(); ++index) {
    ARROW_ASSIGN_OR_RAISE(
        Chunk chunk,
        Append(columns_[index], *rows.column(static_cast<int>(index)), codec.get(), &file));
    num_uncompressed_bytes += chunk.num_uncompressed_bytes;
    chunks.push_back(std::move(chunk));
  }
  const size_t footer_begin = file.size();
  ThriftWriter footer(&file);
  footer.Continue(footer_begin_, kNumRowsField - 1);
  footer.Int64(kNumRowsField, rows.num_rows());
  footer.BeginList(kRowGroupsField, ThriftType::kStruct, 1);
  footer.BeginElement();
  footer.BeginList(1, ThriftType::kStruct, columns_.size());
  for (size_t index = 0; index < columns_.size(); ++index) {
    AppendMetadata(columns_[index], chunks[index], rows.num_rows(), &footer);
  }
  footer.Int64(2, num_uncompressed_bytes);  // total_byte_size
  footer.Int64(3, rows.num_rows());
  footer.Int64(5, static_cast<int64_t>(kMagic.size()));                 // file_offset
  footer.Int64(6, static_cast<int64_t>(footer_begin - kMagic.size()));  // total_compressed_size
  footer.EndStruct();
  file += footer_end_;
  const auto length =
      arrow::bit_util::ToLittleEndian(static_cast<uint32_t>(file.size() - footer_begin));
  file.append(reinterpret_cast<const char*>(&length), sizeof length);
  file += kMagic;
  return file;
}

// Append the page of one column.
Result<SmallParquet::Chunk> SmallParquet::Append(const Column& column, const arrow::Array& values,
                                                 arrow::util::Codec* codec,
                                                 std::string* file) const {
  Chunk chunk;
  chunk.begin = static_cast<int64_t>(file->size());
  chunk.values = EncodePlain(values, column.type == parquet::Type::INT32   ? sizeof(int32_t)
                                     : column.type == parquet::Type::INT64 ? sizeof(int64_t)
                                                                           : column.type_length);
  std::string page = column.is_optional ? EncodeLevels(values) : std::string();
  page += std::exchange(chunk.values.bytes, {});
  const size_t num_page_bytes = page.size();
  ARROW_ASSIGN_OR_RAISE(const std::string compressed, Compress(std::move(page), codec));
  const std::string header = PageHeader(values.length(), num_page_bytes, compressed.size());
  file->append(header).append(compressed);
  chunk.num_bytes = static_cast<int64_t>(header.size() + compressed.size());
  chunk.num_uncompressed_bytes = static_cast<int64_t>(header.size() + num_page_bytes);
  return chunk;
}

// Append a ColumnChunk.
void SmallParquet::AppendMetadata(const Column& column, const Chunk& chunk, int64_t num_rows,
                                  ThriftWriter* footer) {
  footer->BeginElement();
  footer->Int64(2, 0);     // file_offset: as in all files since it has no use
  footer->BeginStruct(3);  // meta_data
  footer->Continue(column.metadata_begin, 4);
  footer->Int64(5, num_rows);  // num_values
  footer->Int64(6, chunk.num_uncompressed_bytes);
  footer->Int64(7, chunk.num_bytes);
  footer->Int64(9, chunk.begin);  // data_page_offset
  AppendStatistics(chunk.values, column.has_old_bounds, footer);
  footer->BeginList(13, ThriftType::kStruct, 1);  // encoding_stats
  footer->BeginElement();
  footer->Int32(1, kDataPage);
  footer->Int32(2, kPlain);
  footer->Int32(3, 1);  // count
  footer->EndStruct();
  footer->EndStruct();
  footer->EndStruct();
}

}  // namespace tarn::lake
