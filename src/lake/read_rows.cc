#include "lake/read_rows.h"

#include <arrow/array/util.h>
#include <arrow/compute/cast.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <vector>

#include "lake/partition_path.h"
#include "lake/partition_value.h"
#include "lake/stored_file.h"

namespace tarn::lake {
namespace {

// What the folders right above the file say.
std::vector<PartitionEntry> PartitionOf(std::string_view path) {
  std::vector<PartitionEntry> entries;
  while (true) {
    const size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return entries;
    path = path.substr(0, slash);
    const size_t begin = path.rfind('/') + 1;
    std::optional<PartitionEntry> entry = ParsePartitionFolder(path.substr(begin));
    if (!entry) return entries;
    entries.push_back(*std::move(entry));
  }
}

const PartitionEntry* Find(const std::vector<PartitionEntry>& entries, const std::string& column) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const PartitionEntry& entry) {
    return entry.column == column;
  });
  return found == entries.end() ? nullptr : &*found;
}

// The leaves of the columns that are read from the file itself.
std::vector<int> LeavesOf(const parquet::SchemaDescriptor& file, const arrow::Schema& schema,
                          const std::vector<PartitionEntry>& partition) {
  std::vector<int> leaves;
  for (int i = 0; i < file.num_columns(); ++i) {
    const std::string column = file.Column(i)->path()->ToDotVector()[0];
    if (schema.GetFieldIndex(column) >= 0 && Find(partition, column) == nullptr) {
      leaves.push_back(i);
    }
  }
  return leaves;
}

}  // namespace

Result<std::shared_ptr<arrow::Array>> TableColumn(const arrow::Field& field,
                                                  const std::vector<PartitionEntry>& partition,
                                                  const TimeZone& zone,
                                                  const arrow::RecordBatch& batch) {
  if (const PartitionEntry* entry = Find(partition, field.name())) {
    ARROW_ASSIGN_OR_RAISE(const auto scalar, PartitionScalar(entry->value, field.type(), zone));
    return arrow::MakeArrayFromScalar(*scalar, batch.num_rows());
  }
  const auto column = batch.GetColumnByName(field.name());
  if (column == nullptr) return arrow::MakeArrayOfNull(field.type(), batch.num_rows());
  if (column->type()->Equals(*field.type())) return column;
  return arrow::compute::Cast(*column, field.type());
}

Status ReadRows(const std::shared_ptr<storage::Storage>& storage, const storage::ObjectInfo& file,
                const std::shared_ptr<arrow::Schema>& schema, const TimeZone& zone,
                int64_t batch_rows,
                const std::function<Status(std::shared_ptr<arrow::RecordBatch> batch)>& take) {
  const std::vector<PartitionEntry> partition = PartitionOf(file.path);
  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Open(OpenStoredFile(storage, file)));
  parquet::ArrowReaderProperties properties;
  properties.set_batch_size(batch_rows);
  ARROW_ASSIGN_OR_RAISE(const auto reader, builder.properties(properties)->Build());
  const parquet::FileMetaData& metadata = *reader->parquet_reader()->metadata();
  std::vector<int> groups(metadata.num_row_groups());
  for (size_t i = 0; i < groups.size(); ++i) groups[i] = static_cast<int>(i);
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      reader->GetRecordBatchReader(groups, LeavesOf(*metadata.schema(), *schema, partition)));
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(rows->ReadNext(&batch));
    if (batch == nullptr) return Status::OK();
    arrow::ArrayVector columns;
    for (const auto& field : schema->fields()) {
      ARROW_ASSIGN_OR_RAISE(auto column, TableColumn(*field, partition, zone, *batch));
      columns.push_back(std::move(column));
    }
    ARROW_RETURN_NOT_OK(
        take(arrow::RecordBatch::Make(schema, batch->num_rows(), std::move(columns))));
  }
}

}  // namespace tarn::lake
