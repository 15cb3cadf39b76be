#include <arrow/table.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <set>

#include "lake/footers.h"
#include "lake/lake.h"
#include "lake/partition_path.h"
#include "lake/read_rows.h"
#include "lake/stored_file.h"
#include "s3/uri.h"
#include "storage/local_disk.h"
#include "storage/storage.h"

namespace tarn::lake {
namespace {

using storage::ObjectInfo;
using storage::Storage;

// A data file, and what the folders above it say.
struct DataFile {
  ObjectInfo object;
  std::string folder;  // relative to the table's
  std::vector<PartitionEntry> partition;
};

DataFile PlaceFile(const std::string& table_path, ObjectInfo object) {
  DataFile file{std::move(object), {}, {}};
  const std::string& path = file.object.path;
  const size_t name = path.find_last_of('/') + 1;
  if (!path.starts_with(table_path) || name <= table_path.size() + 1) return file;
  file.folder = path.substr(table_path.size() + 1, name - table_path.size() - 2);
  for (size_t at = 0; at <= file.folder.size();) {
    const size_t slash = std::min(file.folder.find('/', at), file.folder.size());
    if (auto entry = ParsePartitionFolder(file.folder.substr(at, slash - at))) {
      file.partition.push_back(*std::move(entry));
    }
    at = slash + 1;
  }
  return file;
}

std::vector<std::string> ColumnsOf(const DataFile& file) {
  std::vector<std::string> columns;
  for (const PartitionEntry& entry : file.partition) columns.push_back(entry.column);
  return columns;
}

// As the storage's listing has it.
Result<std::string> PlainPath(const std::string& path_or_uri) {
  if (!s3::IsS3Uri(path_or_uri)) return storage::LocalPath(path_or_uri);
  ARROW_ASSIGN_OR_RAISE(const s3::Location location, s3::ParseUri(path_or_uri));
  return s3::ToUri(location);
}

Result<std::vector<DataFile>> ListDataFiles(Storage* storage, const std::string& path_or_uri) {
  ARROW_ASSIGN_OR_RAISE(std::string path, PlainPath(path_or_uri));
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  ARROW_ASSIGN_OR_RAISE(auto objects, storage->List(storage::EscapeGlob(path)));
  std::vector<DataFile> files;
  for (ObjectInfo& object : objects) {
    if (object.path.ends_with(".parquet") || object.path == path) {
      files.push_back(PlaceFile(path, std::move(object)));
    }
  }
  if (files.empty()) {
    return MakeError(ErrorKind::kBadInput,
                     "No Parquet files here; name a table's folder or a Parquet file: " + path);
  }
  for (const DataFile& file : files) {
    if (ColumnsOf(file) == ColumnsOf(files.front())) continue;
    return MakeError(
        ErrorKind::kBadInput,
        fmt::format("The table's files are partitioned in different ways; move those that do not "
                    "belong to it: {}, {}",
                    files.front().object.path, file.object.path));
  }
  return files;
}

Result<std::shared_ptr<arrow::Schema>> SchemaOf(const parquet::FileMetaData& metadata) {
  std::shared_ptr<arrow::Schema> schema;
  BEGIN_PARQUET_CATCH_EXCEPTIONS
  ARROW_RETURN_NOT_OK(parquet::arrow::FromParquetSchema(
      metadata.schema(), parquet::default_arrow_reader_properties(), &schema));
  END_PARQUET_CATCH_EXCEPTIONS
  arrow::FieldVector fields = schema->fields();
  for (int leaf = 0; leaf < metadata.schema()->num_columns(); ++leaf) {
    const parquet::ColumnDescriptor& column = *metadata.schema()->Column(leaf);
    if (column.physical_type() != parquet::Type::INT96) continue;
    // The old form of moments, which is of UTC; inside others it is left as Arrow has it.
    const int field = schema->GetFieldIndex(column.path()->ToDotString());
    if (field < 0 || fields[field]->type()->id() != arrow::Type::TIMESTAMP) continue;
    fields[field] = fields[field]->WithType(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"));
  }
  return arrow::schema(std::move(fields));
}

// The columns in the files, then the partition columns.
std::shared_ptr<arrow::Schema> WithPartitionColumns(const arrow::Schema& file_schema,
                                                    const std::vector<std::string>& columns) {
  arrow::FieldVector fields;
  for (const auto& field : file_schema.fields()) {
    // A column in both is the folder's, as in Spark.
    if (std::find(columns.begin(), columns.end(), field->name()) == columns.end()) {
      fields.push_back(field->WithMetadata(nullptr));
    }
  }
  for (const std::string& column : columns) fields.push_back(arrow::field(column, arrow::utf8()));
  return arrow::schema(std::move(fields));
}

// Append the first rows of `file`, up to `num_rows`, to `batches`.
Status ReadFileHead(const std::shared_ptr<Storage>& storage, const DataFile& file,
                    const TableInfo& table, int64_t num_rows, arrow::RecordBatchVector* batches) {
  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Open(OpenStoredFile(storage, file.object)));
  parquet::ArrowReaderProperties properties;
  properties.set_batch_size(num_rows);
  properties.set_pre_buffer(false);
  properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
  ARROW_ASSIGN_OR_RAISE(const auto reader, builder.properties(properties)->Build());
  ARROW_ASSIGN_OR_RAISE(const auto rows, reader->GetRecordBatchReader());
  while (num_rows > 0) {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(rows->ReadNext(&batch));
    if (batch == nullptr) break;
    batch = batch->Slice(0, num_rows);
    arrow::ArrayVector columns;
    for (const auto& field : table.schema->fields()) {
      ARROW_ASSIGN_OR_RAISE(auto column, TableColumn(*field, file.partition, *table.zone, *batch));
      columns.push_back(std::move(column));
    }
    num_rows -= batch->num_rows();
    batches->push_back(arrow::RecordBatch::Make(table.schema, batch->num_rows(), columns));
  }
  return Status::OK();
}

}  // namespace

Result<TableInfo> DescribeTable(Storage* storage, const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<DataFile> files, ListDataFiles(storage, path));
  TableInfo table;
  table.path = path;
  table.partition_by = ColumnsOf(files.front());
  ARROW_ASSIGN_OR_RAISE(const std::string plain_path, PlainPath(path));
  table.is_file = files.front().object.path == plain_path;
  std::set<std::string> partitions;
  std::vector<ObjectInfo> objects;
  for (const DataFile& file : files) objects.push_back(file.object);
  const auto add = [&](size_t at, const parquet::FileMetaData& metadata) -> Status {
    const DataFile& file = files[at];
    if (table.schema == nullptr) {
      ARROW_ASSIGN_OR_RAISE(table.schema, SchemaOf(metadata));
      table.schema = WithPartitionColumns(*table.schema, table.partition_by);
    }
    table.stats.num_rows += metadata.num_rows();
    table.stats.num_bytes += file.object.size_bytes;
    ++table.stats.num_files;
    // An empty table's file lies in a folder too.
    if (table.partition_by.empty() || metadata.num_rows() > 0) partitions.insert(file.folder);
    return Status::OK();
  };
  ARROW_RETURN_NOT_OK(VisitFooters(storage, objects, add));
  table.stats.num_partitions = static_cast<int64_t>(partitions.size());
  return table;
}

TableInfo WithPartitionTypes(TableInfo table, const arrow::Schema& declared, const TimeZone& zone) {
  arrow::FieldVector fields = table.schema->fields();
  for (auto& field : fields) {
    const bool is_partition = std::find(table.partition_by.begin(), table.partition_by.end(),
                                        field->name()) != table.partition_by.end();
    const auto known = is_partition ? declared.GetFieldByName(field->name()) : nullptr;
    if (known != nullptr) field = field->WithType(known->type());
  }
  table.schema = arrow::schema(std::move(fields));
  table.zone = &zone;
  return table;
}

Result<std::shared_ptr<arrow::RecordBatch>> ReadHead(const std::shared_ptr<Storage>& storage,
                                                     const TableInfo& table, int64_t num_rows) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<DataFile> files,
                        ListDataFiles(storage.get(), table.path));
  arrow::RecordBatchVector batches;
  int64_t missing = num_rows;
  for (const DataFile& file : files) {
    if (missing <= 0) break;
    const size_t before = batches.size();
    if (Status status = ReadFileHead(storage, file, table, missing, &batches); !status.ok()) {
      return WithContext(status, "reading " + file.object.path);
    }
    for (size_t at = before; at < batches.size(); ++at) missing -= batches[at]->num_rows();
  }
  ARROW_ASSIGN_OR_RAISE(const auto rows, arrow::Table::FromRecordBatches(table.schema, batches));
  return rows->CombineChunksToBatch();
}

}  // namespace tarn::lake
