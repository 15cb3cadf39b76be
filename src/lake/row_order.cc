#include "lake/row_order.h"

#include <arrow/array/concatenate.h>
#include <arrow/buffer.h>
#include <arrow/compute/api_vector.h>
#include <arrow/util/checked_cast.h>

#include <algorithm>
#include <cmath>

namespace tarn::lake {
namespace {

using arrow::compute::NullPlacement;
using arrow::compute::SortKey;
using arrow::compute::SortOrder;
using arrow::internal::checked_cast;

std::vector<PartitionRun> RunsOf(std::span<const uint32_t> partitions) {
  const uint32_t highest = *std::max_element(partitions.begin(), partitions.end());
  std::vector<int64_t> counts(size_t{highest} + 1);
  for (uint32_t partition : partitions) ++counts[partition];
  std::vector<PartitionRun> runs;
  int64_t begin = 0;
  for (uint32_t partition = 0; partition <= highest; ++partition) {
    if (counts[partition] > 0) runs.push_back({partition, begin, counts[partition]});
    begin += counts[partition];
  }
  return runs;
}

// A stable counting sort by partition.
Result<std::shared_ptr<arrow::Array>> GroupIndices(std::span<const uint32_t> partitions,
                                                   const std::vector<PartitionRun>& runs) {
  std::vector<int64_t> next(size_t{runs.back().partition} + 1);
  for (const PartitionRun& run : runs) next[run.partition] = run.begin;
  const auto num_rows = static_cast<int64_t>(partitions.size());
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(num_rows * sizeof(uint64_t)));
  auto* indices = buffer->mutable_data_as<uint64_t>();
  for (int64_t row = 0; row < num_rows; ++row) {
    indices[next[partitions[static_cast<size_t>(row)]]++] = static_cast<uint64_t>(row);
  }
  return std::make_shared<arrow::UInt64Array>(num_rows, std::move(buffer));
}

// 0 for null, 1 for a number, 2 for NaN: Spark sorts NaN above every number, Arrow beside the
// nulls. nullptr when the column has no NaN.
template <typename ArrayType>
Result<std::shared_ptr<arrow::Array>> NanRanks(const arrow::Array& column) {
  const auto& values = checked_cast<const ArrayType&>(column);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> ranks,
                        arrow::AllocateBuffer(values.length()));
  bool any_nan = false;
  for (int64_t row = 0; row < values.length(); ++row) {
    const bool is_nan = values.IsValid(row) && std::isnan(values.Value(row));
    any_nan = any_nan || is_nan;
    ranks->mutable_data()[row] = is_nan ? 2 : values.IsValid(row) ? 1 : 0;
  }
  if (!any_nan) return nullptr;
  return std::make_shared<arrow::UInt8Array>(values.length(), std::move(ranks));
}

Result<std::shared_ptr<arrow::Array>> NanRanksOf(const arrow::Array& column) {
  if (column.type_id() == arrow::Type::FLOAT) return NanRanks<arrow::FloatArray>(column);
  if (column.type_id() == arrow::Type::DOUBLE) return NanRanks<arrow::DoubleArray>(column);
  return nullptr;
}

// The columns to sort by, in one piece each, and how.
class SortKeys {
 public:
  explicit SortKeys(int64_t num_rows) : num_rows_(num_rows) {}

  void Add(std::shared_ptr<arrow::Array> values, bool descending) {
    keys_.emplace_back(static_cast<int>(columns_.size()),
                       descending ? SortOrder::Descending : SortOrder::Ascending,
                       descending ? NullPlacement::AtEnd : NullPlacement::AtStart);
    fields_.push_back(arrow::field(std::to_string(columns_.size()), values->type()));
    columns_.push_back(std::move(values));
  }

  Status AddColumn(const arrow::ChunkedArray& column, bool descending) {
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Array> values,
                          arrow::Concatenate(column.chunks()));
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Array> ranks, NanRanksOf(*values));
    if (ranks != nullptr) Add(std::move(ranks), descending);
    Add(std::move(values), descending);
    return Status::OK();
  }

  Result<std::shared_ptr<arrow::Array>> Indices() const {
    const auto batch = arrow::RecordBatch::Make(arrow::schema(fields_), num_rows_, columns_);
    return arrow::compute::SortIndices(arrow::Datum(batch), arrow::compute::SortOptions(keys_));
  }

 private:
  const int64_t num_rows_;
  arrow::FieldVector fields_;
  arrow::ArrayVector columns_;
  std::vector<SortKey> keys_;
};

bool IsIdentity(const arrow::Array& indices) {
  const auto& values = checked_cast<const arrow::UInt64Array&>(indices);
  for (int64_t row = 0; row < values.length(); ++row) {
    if (values.Value(row) != static_cast<uint64_t>(row)) return false;
  }
  return true;
}

}  // namespace

Result<RowOrder> OrderRows(const arrow::Table& rows, std::span<const uint32_t> partitions,
                           const std::vector<SortColumn>& sort_columns) {
  RowOrder order;
  if (rows.num_rows() == 0) return order;
  order.runs =
      partitions.empty() ? std::vector<PartitionRun>{{0, 0, rows.num_rows()}} : RunsOf(partitions);
  if (sort_columns.empty()) {
    if (!std::is_sorted(partitions.begin(), partitions.end())) {
      ARROW_ASSIGN_OR_RAISE(order.indices, GroupIndices(partitions, order.runs));
    }
    return order;
  }
  SortKeys keys(rows.num_rows());
  if (order.runs.size() > 1) {
    const auto* data = reinterpret_cast<const uint8_t*>(partitions.data());
    const auto num_bytes = static_cast<int64_t>(partitions.size_bytes());
    keys.Add(std::make_shared<arrow::UInt32Array>(rows.num_rows(),
                                                  std::make_shared<arrow::Buffer>(data, num_bytes)),
             /*descending=*/false);
  }
  for (const SortColumn& column : sort_columns) {
    ARROW_RETURN_NOT_OK(keys.AddColumn(*rows.GetColumnByName(column.name), column.descending));
  }
  ARROW_ASSIGN_OR_RAISE(order.indices, keys.Indices());
  if (IsIdentity(*order.indices)) order.indices = nullptr;
  return order;
}

bool IsSortableType(const arrow::DataType& type) {
  return arrow::is_primitive(type.id()) || arrow::is_base_binary_like(type.id()) ||
         arrow::is_decimal(type.id());
}

}  // namespace tarn::lake
