#include "engine/folder_columns.h"

#include <fmt/format.h>

#include <algorithm>

#include "lake/partition_path.h"
#include "lake/partition_value.h"
#include "pipeline/rescued_column.h"
#include "values/time_of_day.h"

namespace tarn::engine {
namespace {

using Entries = std::vector<lake::PartitionEntry>;

std::string_view FolderOf(std::string_view path) { return path.substr(0, path.rfind('/') + 1); }

Status CheckFolder(const pipeline::Source& source, const std::vector<int>& columns,
                   const std::string& path) {
  const Entries entries = lake::PartitionAbove(path);
  const auto schema = pipeline::SchemaOfFiles(source);
  for (int i = 0; i < schema->num_fields(); ++i) {
    const arrow::Field& field = *schema->field(i);
    const bool is_wanted = std::find(columns.begin(), columns.end(), i) != columns.end();
    if (is_wanted != (lake::FindEntry(entries, field.name()) != nullptr)) {
      return MakeError(
          ErrorKind::kBadInput,
          fmt::format("source {}: some of the files are in folders {}=…, others are not: {}",
                      source.name, field.name(), path),
          "make two sources of them, and UNION ALL in SQL");
    }
    if (!is_wanted) continue;
    const Status status = FolderValue(field, path, *source.datetime_formats.zone).status();
    if (!status.ok()) {
      return MakeError(ErrorKind::kBadInput,
                       fmt::format("source {}: the folder's {} cannot be read: {}: {}", source.name,
                                   field.name(), status.message(), path),
                       fmt::format("declare {} as STRING", field.name()));
    }
  }
  return Status::OK();
}

}  // namespace

Result<std::vector<int>> FolderColumns(const pipeline::Source& source,
                                       const std::vector<storage::ObjectInfo>& files) {
  std::vector<int> columns;
  if (files.empty()) return columns;
  const Entries entries = lake::PartitionAbove(files[0].path);
  const auto schema = pipeline::SchemaOfFiles(source);
  for (int i = 0; i < schema->num_fields(); ++i) {
    if (lake::FindEntry(entries, schema->field(i)->name()) != nullptr) columns.push_back(i);
  }
  std::string_view checked;
  for (const storage::ObjectInfo& file : files) {
    if (FolderOf(file.path) == checked) continue;
    ARROW_RETURN_NOT_OK(CheckFolder(source, columns, file.path));
    checked = FolderOf(file.path);
  }
  return columns;
}

Result<std::shared_ptr<arrow::Scalar>> FolderValue(const arrow::Field& field, std::string_view path,
                                                   const TimeZone& zone) {
  const Entries entries = lake::PartitionAbove(path);
  const lake::PartitionEntry* entry = lake::FindEntry(entries, field.name());
  if (entry == nullptr) return arrow::MakeNullScalar(field.type());
  if (!lake::IsPartitionType(*field.type()) && !IsTime(*field.type())) {
    return Status::Invalid("a folder holds no value of this type");
  }
  return lake::PartitionScalar(entry->value, field.type(), zone);
}

std::vector<std::string> NamesOfColumns(const pipeline::Source& source,
                                        const std::vector<int>& columns) {
  std::vector<std::string> names;
  for (const int column : columns) names.push_back(source.schema->field(column)->name());
  return names;
}

}  // namespace tarn::engine
