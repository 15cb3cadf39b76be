#include "lake/read_rows.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/util.h>
#include <arrow/compute/cast.h>
#include <arrow/type_traits.h>
#include <arrow/util/key_value_metadata.h>
#include <arrow/util/utf8.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/statistics.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "base/large_memory.h"
#include "lake/coded_texts.h"
#include "lake/footers.h"
#include "lake/partition_path.h"
#include "lake/partition_value.h"
#include "lake/readable_type.h"
#include "lake/stored_file.h"
#include "values/ddl_text.h"

namespace tarn::lake {
namespace {

Result<std::shared_ptr<arrow::Array>> AsType(const std::shared_ptr<arrow::Array>& column,
                                             const std::shared_ptr<arrow::DataType>& type) {
  if (column->type()->Equals(*type)) return column;
  if (column->type_id() == arrow::Type::TIMESTAMP && type->id() == arrow::Type::TIMESTAMP) {
    // Like Spark, take their numbers as they are, whatever zone they are of.
    const auto unit = static_cast<const arrow::TimestampType&>(*column->type()).unit();
    const auto& zone = static_cast<const arrow::TimestampType&>(*type).timezone();
    ARROW_ASSIGN_OR_RAISE(const auto same, column->View(arrow::timestamp(unit, zone)));
    return arrow::compute::Cast(*same, type);
  }
  return arrow::compute::Cast(*column, type);
}

// A bound in the type that a column is read as; null where it is not known.
std::shared_ptr<arrow::Scalar> BoundAs(const std::shared_ptr<arrow::Scalar>& bound,
                                       const std::shared_ptr<arrow::DataType>& type) {
  if (bound == nullptr || bound->type->Equals(*type)) return bound;
  if (!arrow::is_integer(bound->type->id()) || !arrow::is_integer(type->id())) return nullptr;
  const auto cast = arrow::compute::Cast(arrow::Datum(bound), type);
  return cast.ok() ? cast->scalar() : nullptr;
}

// Whether all texts are UTF-8. They lie one behind the other, and so are looked at as one text;
// where that is UTF-8, one of them is not only if it begins within a character.
bool AreUtf8(const arrow::StringArray& texts) {
  if (texts.length() == 0) return true;
  const int32_t* const begins = texts.raw_value_offsets();
  const int32_t end = begins[texts.length()];
  const uint8_t* const bytes = texts.raw_data();
  arrow::util::InitializeUTF8();
  if (!arrow::util::ValidateUTF8(bytes + begins[0], end - begins[0])) return false;
  return std::none_of(begins, begins + texts.length(),
                      [&](int32_t begin) { return begin < end && (bytes[begin] & 0xC0) == 0x80; });
}

// The metadata of a file, without the schema that Arrow's writers add. With it, texts would come as
// views, which cost two copies more, and some columns as types that only Arrow has: like Spark,
// tell types by what Parquet says.
Result<ReadCache::Metadata> ReadMetadata(const std::shared_ptr<arrow::io::RandomAccessFile>& file) {
  const char kArrowSchema[] = "ARROW:schema";
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  const ReadCache::Metadata metadata = parquet::ReadMetaData(file);
  const auto& entries = metadata->key_value_metadata();
  if (entries != nullptr && entries->Contains(kArrowSchema)) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): nobody else has it yet
    ARROW_RETURN_NOT_OK(const_cast<arrow::KeyValueMetadata&>(*entries).Delete(kArrowSchema));
  }
  return metadata;
  END_PARQUET_CATCH_EXCEPTIONS
}

using TakeBatch = std::function<Status(std::shared_ptr<arrow::RecordBatch> batch)>;

constexpr int64_t kFewRowsBytes = 64 << 10;  // of a column chunk, at once

/// Reads the columns that are asked for, as far as their bounds do not say that no row matches.
class RowReader {
 public:
  RowReader(const std::shared_ptr<storage::Storage>& storage, const storage::ObjectInfo& file,
            const RowsWanted& wanted)
      : storage_(storage),
        file_(file),
        wanted_(wanted),
        partition_(PartitionAbove(file.path)),
        columns_(wanted.schema->num_fields(), -1),
        bounds_(wanted.schema->num_fields()) {}

  // The folders may say that no row matches, before the file is opened.
  Result<bool> FoldersMayMatch() {
    for (size_t i = 0; i < bounds_.size(); ++i) {
      const arrow::Field& field = *wanted_.schema->field(static_cast<int>(i));
      const PartitionEntry* const entry = FindEntry(partition_, field.name());
      if (entry == nullptr) continue;
      ARROW_ASSIGN_OR_RAISE(auto value, PartitionScalar(entry->value, field.type(), *wanted_.zone));
      const bool is_null = !value->is_valid;
      bounds_[i] = is_null ? ColumnBounds{nullptr, nullptr, true, true}
                           : ColumnBounds{value, value, false, false};
    }
    return wanted_.may_match == nullptr || wanted_.may_match(bounds_);
  }

  Status Open() {
    const std::shared_ptr<arrow::io::RandomAccessFile> file = OpenStoredFile(storage_, file_);
    ARROW_ASSIGN_OR_RAISE(ReadCache::Metadata metadata, MetadataOf(file));
    arrow::MemoryPool* const pool = LargeMemory::Default();
    parquet::ReaderProperties reading(pool);
    if (wanted_.reads_few && !storage_->is_remote()) {
      reading.enable_buffered_stream();
      reading.set_buffer_size(kFewRowsBytes);
    }
    parquet::arrow::FileReaderBuilder builder;
    ARROW_RETURN_NOT_OK(builder.Open(file, reading, std::move(metadata)));
    parquet::ArrowReaderProperties properties;
    properties.set_batch_size(wanted_.batch_rows);
    // Their nanoseconds do not reach all the years that they have.
    properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
    properties.set_pre_buffer(false);  // Read does it, where it is of use
    ARROW_ASSIGN_OR_RAISE(reader_, builder.memory_pool(pool)->properties(properties)->Build());
    ARROW_RETURN_NOT_OK(reader_->GetSchema(&file_schema_));
    return FindColumns();
  }

  Status Read(const TakeBatch& take) {
    std::vector<int> groups;
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    groups = GroupsToRead();
    // Of what is far away, all that is needed is asked for at once.
    if (storage_->is_remote() && !groups.empty()) {
      reader_->parquet_reader()->PreBuffer(groups, LeavesToRead(), arrow::io::default_io_context(),
                                           arrow::io::CacheOptions::Defaults());
    }
    END_PARQUET_CATCH_EXCEPTIONS
    for (const int group : groups) ARROW_RETURN_NOT_OK(ReadGroup(group, take));
    return Status::OK();
  }

 private:
  const parquet::FileMetaData& metadata() const { return *reader_->parquet_reader()->metadata(); }

  // That of a file in several parts is shared by them.
  Result<ReadCache::Metadata> MetadataOf(
      const std::shared_ptr<arrow::io::RandomAccessFile>& file) const {
    const bool is_whole = wanted_.begin == 0 && wanted_.end >= file_.size_bytes;
    if (wanted_.cache == nullptr || is_whole) return ReadMetadata(file);
    return wanted_.cache->MetadataOf(file_.path, [&] { return ReadMetadata(file); });
  }

  Status ReadGroup(int group, const TakeBatch& take) {
    ARROW_RETURN_NOT_OK(OpenCodedTexts(group));
    ARROW_ASSIGN_OR_RAISE(const auto rows,
                          reader_->GetRecordBatchReader(std::vector<int>{group}, LeavesToRead()));
    while (true) {
      std::shared_ptr<arrow::RecordBatch> batch;
      ARROW_RETURN_NOT_OK(rows->ReadNext(&batch));
      if (batch == nullptr) break;
      ARROW_ASSIGN_OR_RAISE(auto wanted, WantedColumns(*batch));
      ARROW_RETURN_NOT_OK(take(std::move(wanted)));
    }
    coded_.clear();
    return Status::OK();
  }

  // Those columns of a row group that are read as codes.
  Status OpenCodedTexts(int group) {
    if (wanted_.cache == nullptr) return Status::OK();
    coded_.resize(columns_.size());
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    const auto row_group = reader_->parquet_reader()->RowGroup(group);
    for (size_t i = 0; i < columns_.size(); ++i) {
      const arrow::Field& field = *wanted_.schema->field(static_cast<int>(i));
      if (columns_[i] < 0 || field.type()->id() != arrow::Type::STRING) continue;
      SharedDictionary* const dictionary = wanted_.cache->DictionaryOf(field.name());
      if (dictionary == nullptr) continue;
      const int leaf = LeavesOf(columns_[i])[0];
      const parquet::ColumnDescriptor& column = *metadata().schema()->Column(leaf);
      if (!HasCodedTexts(column, *row_group->metadata()->ColumnChunk(leaf))) continue;
      ARROW_ASSIGN_OR_RAISE(
          coded_[i],
          CodedTexts::Make(field.name(), column, row_group->GetColumnPageReader(leaf), dictionary));
    }
    END_PARQUET_CATCH_EXCEPTIONS
    return Status::OK();
  }

  bool IsCoded(size_t i) const { return i < coded_.size() && coded_[i] != nullptr; }

  // The leaves of a column of the file, by its place.
  std::vector<int> LeavesOf(int column) const {
    const parquet::SchemaDescriptor& schema = *metadata().schema();
    const parquet::schema::Node* const root = schema.group_node()->field(column).get();
    std::vector<int> leaves;
    for (int leaf = 0; leaf < schema.num_columns(); ++leaf) {
      if (schema.GetColumnRoot(leaf) == root) leaves.push_back(leaf);
    }
    return leaves;
  }

  Status FindColumns() {
    for (size_t i = 0; i < columns_.size(); ++i) {
      const arrow::Field& field = *wanted_.schema->field(static_cast<int>(i));
      if (FindEntry(partition_, field.name()) != nullptr) continue;
      ARROW_ASSIGN_OR_RAISE(columns_[i], FindColumn(field));
      if (columns_[i] < 0) bounds_[i].is_all_null = true;
    }
    return Status::OK();
  }

  // The place of a column in the file; -1 where it has none.
  Result<int> FindColumn(const arrow::Field& field) const {
    int found = -1;
    for (int column = 0; column < file_schema_->num_fields(); ++column) {
      if (!SameName(file_schema_->field(column)->name(), field.name())) continue;
      if (found >= 0) {
        return MakeError(
            ErrorKind::kBadInput,
            fmt::format("the file has columns whose names differ by case alone: {}, {}",
                        file_schema_->field(found)->name(), file_schema_->field(column)->name()));
      }
      found = column;
    }
    if (found < 0) return found;
    const arrow::DataType& type = *file_schema_->field(found)->type();
    if (IsReadableAs(type, *field.type())) return found;
    return MakeError(ErrorKind::kBadInput,
                     fmt::format("column {} is not {} in the file, but {}", field.name(),
                                 DdlOf(*field.type()), DdlOf(type)),
                     "declare the type that the file has, and CAST in SQL");
  }

  // But for those of columns that are read as codes.
  std::vector<int> LeavesToRead() const {
    std::vector<int> leaves;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i] < 0 || IsCoded(i)) continue;
      const std::vector<int> of_column = LeavesOf(columns_[i]);
      leaves.insert(leaves.end(), of_column.begin(), of_column.end());
    }
    std::sort(leaves.begin(), leaves.end());
    leaves.erase(std::unique(leaves.begin(), leaves.end()), leaves.end());
    return leaves;
  }

  std::vector<int> GroupsToRead() {
    std::vector<int> groups;
    for (int i = 0; i < metadata().num_row_groups(); ++i) {
      const std::unique_ptr<parquet::RowGroupMetaData> group = metadata().RowGroup(i);
      const int64_t middle = MiddleOf(*group);
      if (middle >= wanted_.begin && middle < wanted_.end && GroupMayMatch(*group)) {
        groups.push_back(i);
      }
    }
    return groups;
  }

  static int64_t MiddleOf(const parquet::RowGroupMetaData& group) {
    if (group.num_columns() == 0) return 0;
    const auto first = group.ColumnChunk(0);
    int64_t begin = first->data_page_offset();
    if (first->has_dictionary_page() && first->dictionary_page_offset() > 0) {
      begin = std::min(begin, first->dictionary_page_offset());
    }
    return std::max<int64_t>(begin + group.total_compressed_size() / 2, 0);
  }

  bool GroupMayMatch(const parquet::RowGroupMetaData& group) {
    if (wanted_.may_match == nullptr) return true;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i] >= 0) {
        bounds_[i] = BoundsOf(group, columns_[i], *wanted_.schema->field(static_cast<int>(i)));
      }
    }
    return wanted_.may_match(bounds_);
  }

  // Of columns without others inside, as far as the file says it of the type itself.
  ColumnBounds BoundsOf(const parquet::RowGroupMetaData& group, int column,
                        const arrow::Field& field) const {
    ColumnBounds bounds;
    const std::vector<int> leaves = LeavesOf(column);
    const parquet::ColumnDescriptor& leaf = *metadata().schema()->Column(leaves[0]);
    if (leaves.size() != 1 || leaf.max_repetition_level() > 0 || leaf.max_definition_level() > 1) {
      return bounds;
    }
    bounds.may_be_null = leaf.max_definition_level() > 0;
    const auto chunk = group.ColumnChunk(leaves[0]);
    const auto statistics = chunk->is_stats_set() ? chunk->statistics() : nullptr;
    if (statistics == nullptr) return bounds;
    if (statistics->HasNullCount()) {
      bounds.may_be_null = statistics->null_count() > 0;
      bounds.is_all_null = statistics->null_count() == group.num_rows();
    }
    std::shared_ptr<arrow::Scalar> min, max;
    if (!parquet::arrow::StatisticsAsScalars(*statistics, &min, &max).ok()) return bounds;
    bounds.min = BoundAs(min, field.type());
    bounds.max = BoundAs(max, field.type());
    return bounds;
  }

  // A column as what is asked for. What becomes text is looked at once, and not by a cast too.
  static Result<std::shared_ptr<arrow::Array>> Converted(std::shared_ptr<arrow::Array> column,
                                                         const arrow::Field& field) {
    const bool is_text = field.type()->id() == arrow::Type::STRING;
    if (is_text && column->type_id() == arrow::Type::BINARY) {
      ARROW_ASSIGN_OR_RAISE(column, column->View(arrow::utf8()));
    }
    ARROW_ASSIGN_OR_RAISE(column, AsType(column, field.type()));
    if (is_text && !AreUtf8(static_cast<const arrow::StringArray&>(*column))) {
      return NotUtf8(field.name());
    }
    return column;
  }

  Result<std::shared_ptr<arrow::RecordBatch>> WantedColumns(const arrow::RecordBatch& batch) {
    arrow::ArrayVector columns;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const arrow::Field& field = *wanted_.schema->field(static_cast<int>(i));
      if (columns_[i] < 0) {
        ARROW_ASSIGN_OR_RAISE(auto column, TableColumn(field, partition_, *wanted_.zone, batch));
        columns.push_back(std::move(column));
        continue;
      }
      if (IsCoded(i)) {
        ARROW_ASSIGN_OR_RAISE(auto column, coded_[i]->Read(batch.num_rows()));
        columns.push_back(std::move(column));
        continue;
      }
      const std::string& name = file_schema_->field(columns_[i])->name();
      ARROW_ASSIGN_OR_RAISE(auto column, Converted(batch.GetColumnByName(name), field));
      columns.push_back(std::move(column));
    }
    return arrow::RecordBatch::Make(wanted_.schema, batch.num_rows(), std::move(columns));
  }

  const std::shared_ptr<storage::Storage>& storage_;
  const storage::ObjectInfo& file_;
  const RowsWanted& wanted_;
  const std::vector<PartitionEntry> partition_;
  std::vector<int> columns_;  // by field: its place in the file; -1: of a folder, or nowhere
  std::vector<ColumnBounds> bounds_;  // by field, of the row group that is looked at
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::shared_ptr<arrow::Schema> file_schema_;
  std::vector<std::unique_ptr<CodedTexts>> coded_;  // by field, of the row group that is read
};

}  // namespace

Result<std::shared_ptr<arrow::Array>> TableColumn(const arrow::Field& field,
                                                  const std::vector<PartitionEntry>& partition,
                                                  const TimeZone& zone,
                                                  const arrow::RecordBatch& batch) {
  if (const PartitionEntry* entry = FindEntry(partition, field.name())) {
    ARROW_ASSIGN_OR_RAISE(const auto scalar, PartitionScalar(entry->value, field.type(), zone));
    return arrow::MakeArrayFromScalar(*scalar, batch.num_rows());
  }
  const auto column = batch.GetColumnByName(field.name());
  if (column == nullptr) return arrow::MakeArrayOfNull(field.type(), batch.num_rows());
  return AsType(column, field.type());
}

Status ReadRows(const std::shared_ptr<storage::Storage>& storage, const storage::ObjectInfo& file,
                const RowsWanted& wanted,
                const std::function<Status(std::shared_ptr<arrow::RecordBatch> batch)>& take) {
  RowReader reader(storage, file, wanted);
  ARROW_ASSIGN_OR_RAISE(const bool may_match, reader.FoldersMayMatch());
  if (!may_match) return Status::OK();
  const Status opened = reader.Open();
  if (opened.IsInvalid() && KindOf(opened) == ErrorKind::kFailed) {
    return MakeError(ErrorKind::kBadInput, "not a Parquet file: " + opened.message());
  }
  ARROW_RETURN_NOT_OK(opened);
  return reader.Read(take);
}

Result<int64_t> CountRows(storage::Storage* storage,
                          const std::vector<storage::ObjectInfo>& files) {
  int64_t num_rows = 0;
  const auto add = [&](size_t, const parquet::FileMetaData& metadata) {
    num_rows += metadata.num_rows();
    return Status::OK();
  };
  ARROW_RETURN_NOT_OK(VisitFooters(storage, files, add));
  return num_rows;
}

}  // namespace tarn::lake
