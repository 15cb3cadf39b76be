#include "lake/partition_index.h"

#include <arrow/array.h>
#include <arrow/compute/exec.h>

#include <limits>
#include <optional>

#include "lake/partition_path.h"

namespace tarn::lake {
namespace {

constexpr uint32_t kUnnumbered = std::numeric_limits<uint32_t>::max();

}  // namespace

Result<std::unique_ptr<PartitionIndex>> PartitionIndex::Make(std::shared_ptr<arrow::Schema> schema,
                                                             std::vector<int> columns) {
  std::vector<arrow::TypeHolder> types;
  for (int column : columns) types.emplace_back(schema->field(column)->type());
  ARROW_ASSIGN_OR_RAISE(auto grouper, arrow::compute::Grouper::Make(types));
  return std::unique_ptr<PartitionIndex>(
      new PartitionIndex(std::move(schema), std::move(columns), std::move(grouper)));
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
    if (partition == kUnnumbered) partition = NumberFolder(FolderOf(batch, row));
    partitions->push_back(partition);
  }
  return Status::OK();
}

std::string PartitionIndex::FolderOf(const arrow::RecordBatch& batch, int64_t row) const {
  std::string folder;
  for (int column : columns_) {
    const arrow::Array& values = *batch.column(column);
    std::optional<std::string> text;
    if (values.IsValid(row)) text = PartitionValueText(values, row);
    if (!folder.empty()) folder += '/';
    folder += PartitionFolder(schema_->field(column)->name(), text);
  }
  return folder;
}

uint32_t PartitionIndex::NumberFolder(std::string folder) {
  const auto next = static_cast<uint32_t>(folders_.size());
  const auto [found, is_new] = partition_of_folder_.try_emplace(folder, next);
  if (is_new) folders_.push_back(std::move(folder));
  return found->second;
}

}  // namespace tarn::lake
