#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "local/batch/batch.h"
#include "rows/row_key.h"

/// Rows on their way through the disk carry their order in their last column, as bytes: those of a
/// sort's keys, or of the row's number in the operator's input.
namespace tarn::local {

/// \brief `schema` with the column of order keys.
SchemaPtr WithOrderKey(const SchemaPtr& schema);

/// \brief `batch` with order keys of type binary, one per row.
BatchPtr AddOrderKey(const BatchPtr& batch, std::shared_ptr<arrow::Array> keys);

/// \brief `batch` without its last column.
BatchPtr WithoutOrderKey(const BatchPtr& batch);

/// \brief Order keys of rows `rows` of those that have `keys`.
Result<std::shared_ptr<arrow::Array>> OrderKeysOf(const RowKeys& keys,
                                                  std::span<const int64_t> rows);

/// \brief Order keys by which rows come in the order of `numbers`, none negative.
Result<std::shared_ptr<arrow::Array>> OrderKeysOf(std::span<const int64_t> numbers);

/// \brief The number that an order key of the second kind stands for.
int64_t NumberOf(std::string_view order_key);

/// \brief The number of a row of an operator's input by which rows come in the order of batches,
/// then of rows.
/// \param[in] batch its number, below 2^32
constexpr int64_t NumberOfRow(int64_t batch, int64_t row) { return (batch << 31) + row; }

/// \brief Order keys of NumberOfRow for all rows of one batch of an operator's input.
/// \param[in] number of the batch
Result<std::shared_ptr<arrow::Array>> OrderKeysOfBatch(int64_t number, int64_t num_rows);

/// \brief `rows` of `batch`, with order keys by which they come in the order of `numbers`, one for
/// each.
Result<BatchPtr> TakeNumbered(const BatchPtr& batch, std::vector<int64_t> rows,
                              std::span<const int64_t> numbers);

/// \brief The order key of a row of `batch`.
std::string_view OrderKeyAt(const arrow::RecordBatch& batch, int64_t row);

/// \brief The number of a row of `batch`, whose last column are order keys of the second kind.
int64_t NumberAt(const arrow::RecordBatch& batch, int64_t row);

/// \brief The number of the batch of the operator's input that a row comes from, whose order key is
/// of OrderKeysOfBatch.
int64_t BatchAt(const arrow::RecordBatch& batch, int64_t row);

/// \brief Rows in order, cut where those of another batch of the operator's input begin.
std::vector<BatchPtr> SliceByBatch(const BatchPtr& batch);

}  // namespace tarn::local
