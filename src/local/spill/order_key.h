#pragma once

#include <cstdint>
#include <memory>
#include <span>

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

}  // namespace tarn::local
