#pragma once

#include <arrow/record_batch.h>
#include <parquet/schema.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "lake/lake.h"

namespace tarn::lake {

/// \brief Parquet files of a few rows, written in one piece: one row group, and in it one page of
/// plain values for each column.
///
/// Arrow's writer takes 30 µs and more for a file, whatever is in it, and a table may have as many
/// files as rows. What a reader finds is the same, but for dictionaries, page indexes and size
/// statistics, of which a few rows have no use. Threads: any number at once.
class SmallParquet {
 public:
  /// \param[in] empty_file of the same table, by Arrow's writer: where its schema and all else that
  /// files have in common is taken from
  /// \return null where a column's type is not among those that are written here
  static Result<std::unique_ptr<const SmallParquet>> Make(const arrow::Schema& schema,
                                                          const parquet::SchemaDescriptor& columns,
                                                          Codec codec, std::string_view empty_file);

  /// \brief Whether these rows are so few, and so short, that they are best written here.
  bool Takes(const arrow::RecordBatch& rows) const;

  /// No more rows are taken.
  static constexpr int64_t kRowsMax = 8;
  /// Rows that are taken have at most so many bytes of text.
  static constexpr int64_t kTextBytesMax = 64 << 10;

  /// \brief A whole file of `rows`, which are taken.
  Result<std::string> FileOf(const arrow::RecordBatch& rows) const;

 private:
  struct Column {
    parquet::Type::type type;
    int type_length;      // of a FIXED_LEN_BYTE_ARRAY
    bool is_optional;     // else no value is null
    bool has_old_bounds;  // statistics have them in the fields of Parquet's first version as well
    std::string metadata_begin;  // of its ColumnMetaData: what is the same in all files
  };
  struct Chunk;

  explicit SmallParquet(Codec codec) : codec_(codec) {}

  Status TakeFooter(std::string_view empty_file);
  Result<Chunk> Append(const Column& column, const arrow::Array& values, arrow::util::Codec* codec,
                       std::string* file) const;
  static void AppendMetadata(const Column& column, const Chunk& chunk, int64_t num_rows,
                             class ThriftWriter* footer);

  const Codec codec_;
  std::vector<Column> columns_;
  std::string footer_begin_;  // FileMetaData up to num_rows
  std::string footer_end_;    // and behind row_groups
};

}  // namespace tarn::lake
