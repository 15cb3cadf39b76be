#include "lake/partition_index.h"

#include <arrow/array.h>
#include <arrow/compute/exec.h>
#include <fmt/format.h>

#include <limits>
#include <optional>

#include "lake/partition_path.h"
#include "rows/row_changes.h"
#include "rows/take_rows.h"

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

// Where rows begin whose partition may be another one than that of the row before.
std::vector<uint32_t> ChangesOf(const arrow::RecordBatch& batch, const std::vector<int>& columns) {
  std::vector<uint8_t> changes(static_cast<size_t>(batch.num_rows()), 0);
  for (const int column : columns) MarkChanges(*batch.column(column), &changes);
  std::vector<uint32_t> begins;
  for (size_t row = 0; row < changes.size(); ++row) {
    if (changes[row] != 0) begins.push_back(static_cast<uint32_t>(row));
  }
  return begins;
}

}  // namespace

Result<std::unique_ptr<PartitionIndex>> PartitionIndex::Make(std::shared_ptr<arrow::Schema> schema,
                                                             std::vector<int> columns,
                                                             const PathLimits& limits,
                                                             const TimeZone& zone) {
  std::vector<arrow::TypeHolder> types;
  for (int column : columns) types.emplace_back(schema->field(column)->type());
  ARROW_ASSIGN_OR_RAISE(auto grouper, arrow::compute::Grouper::Make(types));
  return std::unique_ptr<PartitionIndex>(
      new PartitionIndex(std::move(schema), std::move(columns), std::move(grouper), limits, zone));
}

Status PartitionIndex::Number(const arrow::RecordBatch& batch, uint32_t number,
                              std::vector<PartitionRows>* rows) {
  if (batch.num_rows() == 0) return Status::OK();
  const std::vector<uint32_t> begins = ChangesOf(batch, columns_);
  ARROW_ASSIGN_OR_RAISE(const auto keys, KeysOf(batch, begins));
  std::vector<arrow::Datum> key_columns;
  for (const auto& column : keys->columns()) key_columns.emplace_back(column->data());
  const arrow::compute::ExecBatch key_batch(std::move(key_columns), keys->num_rows());
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum groups,
                        grouper_->Consume(arrow::compute::ExecSpan(key_batch)));
  const uint32_t* group_ids = groups.array()->GetValues<uint32_t>(1);
  // Partitions are numbered by their first row, which the grouper does not promise for groups.
  partition_of_group_.resize(grouper_->num_groups(), kUnnumbered);
  for (size_t i = 0; i < begins.size(); ++i) {
    uint32_t& partition = partition_of_group_[group_ids[i]];
    if (partition == kUnnumbered) {
      ARROW_ASSIGN_OR_RAISE(std::string folder, FolderOf(*keys, static_cast<int64_t>(i)));
      partition = NumberFolder(std::move(folder));
    }
    const auto end =
        i + 1 < begins.size() ? begins[i + 1] : static_cast<uint32_t>(batch.num_rows());
    rows->push_back({partition, {number, begins[i], end - begins[i]}});
  }
  return Status::OK();
}

// The values of the partition columns in these rows.
Result<std::shared_ptr<arrow::RecordBatch>> PartitionIndex::KeysOf(
    const arrow::RecordBatch& batch, const std::vector<uint32_t>& begins) const {
  ARROW_ASSIGN_OR_RAISE(const auto keys, batch.SelectColumns(columns_));
  const auto num_keys = static_cast<int64_t>(begins.size());
  std::vector<RowPlace> places;
  for (const uint32_t begin : begins) places.push_back({0, static_cast<int32_t>(begin)});
  arrow::ArrayVector columns;
  for (const auto& column : keys->columns()) {
    const bool has_all =
        num_keys == batch.num_rows() && column->type_id() != arrow::Type::DICTIONARY;
    if (has_all) {
      columns.push_back(column);
    } else {
      ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), TakeValues({column}, places));
    }
  }
  return arrow::RecordBatch::Make(keys->schema(), num_keys, std::move(columns));
}

Result<std::string> PartitionIndex::FolderOf(const arrow::RecordBatch& keys, int64_t row) const {
  std::string folder;
  PartitionEntry longest;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const arrow::Array& values = *keys.column(static_cast<int>(i));
    PartitionEntry entry{schema_->field(columns_[i])->name(), std::nullopt};
    if (values.IsValid(row)) entry.value = PartitionValueText(values, row, zone_);
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
