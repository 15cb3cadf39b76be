#include "lake/partition_index.h"

#include <arrow/array.h>
#include <arrow/compute/exec.h>
#include <fmt/format.h>

#include <limits>
#include <optional>

#include "lake/partition_path.h"

namespace tarn::lake {
namespace {

constexpr uint32_t kUnnumbered = std::numeric_limits<uint32_t>::max();

// The beginning of a value, cut between two characters.
std::string_view BeginningOf(std::string_view value) {
  constexpr size_t kBytesMax = 60;
  if (value.size() <= kBytesMax) return value;
  size_t end = kBytesMax;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;
  return value.substr(0, end);
}

Status TooLong(const PartitionEntry& entry, size_t num_bytes, size_t num_bytes_max) {
  const std::string value = entry.value.value_or("");
  return MakeError(
      ErrorKind::kBadInput,
      fmt::format("A value of partition column {0} is too long for a folder's name; shorten it in "
                  "the table's SQL, as with left({0}, 50), or partition by another column: it has "
                  "{1} bytes, its path {2} of at most {3}, and begins with: {4}",
                  entry.column, value.size(), num_bytes, num_bytes_max, BeginningOf(value)));
}

}  // namespace

Result<std::unique_ptr<PartitionIndex>> PartitionIndex::Make(std::shared_ptr<arrow::Schema> schema,
                                                             std::vector<int> columns,
                                                             const PathLimits& limits) {
  std::vector<arrow::TypeHolder> types;
  for (int column : columns) types.emplace_back(schema->field(column)->type());
  ARROW_ASSIGN_OR_RAISE(auto grouper, arrow::compute::Grouper::Make(types));
  return std::unique_ptr<PartitionIndex>(
      new PartitionIndex(std::move(schema), std::move(columns), std::move(grouper), limits));
}

Status PartitionIndex::Number(const arrow::RecordBatch& batch, std::vector<uint32_t>* partitions) {
  if (batch.num_rows() == 0) return Status::OK();
  std::vector<arrow::Datum> keys;
  for (int column : columns_) keys.emplace_back(batch.column_data(column));
  const arrow::compute::ExecBatch key_batch(std::move(keys), batch.num_rows());
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum groups,
                        grouper_->Consume(arrow::compute::ExecSpan(key_batch)));
  const uint32_t* group_ids = groups.array()->GetValues<uint32_t>(1);
  partitions->reserve(partitions->size() + static_cast<size_t>(batch.num_rows()));
  // Partitions are numbered by their first row, which the grouper does not promise for groups.
  partition_of_group_.resize(grouper_->num_groups(), kUnnumbered);
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    uint32_t& partition = partition_of_group_[group_ids[row]];
    if (partition == kUnnumbered) {
      ARROW_ASSIGN_OR_RAISE(std::string folder, FolderOf(batch, row));
      partition = NumberFolder(std::move(folder));
    }
    partitions->push_back(partition);
  }
  return Status::OK();
}

Result<std::string> PartitionIndex::FolderOf(const arrow::RecordBatch& batch, int64_t row) const {
  std::string folder;
  PartitionEntry longest;
  for (int column : columns_) {
    const arrow::Array& values = *batch.column(column);
    PartitionEntry entry{schema_->field(column)->name(), std::nullopt};
    if (values.IsValid(row)) entry.value = PartitionValueText(values, row);
    const std::string name = PartitionFolder(entry.column, entry.value);
    if (name.size() > limits_.folder_bytes_max) {
      return TooLong(entry, name.size(), limits_.folder_bytes_max);
    }
    if (!folder.empty()) folder += '/';
    folder += name;
    const bool is_longest = entry.value.value_or("").size() >= longest.value.value_or("").size();
    if (is_longest) longest = std::move(entry);
  }
  if (folder.size() <= limits_.path_bytes_max) return folder;
  return TooLong(longest, folder.size(), limits_.path_bytes_max);
}

uint32_t PartitionIndex::NumberFolder(std::string folder) {
  const auto next = static_cast<uint32_t>(folders_.size());
  const auto [found, is_new] = partition_of_folder_.try_emplace(folder, next);
  if (is_new) folders_.push_back(std::move(folder));
  return found->second;
}

}  // namespace tarn::lake
