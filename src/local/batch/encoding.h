#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <memory>

#include "base/error.h"
#include "local/batch/batch.h"

/// How a batch holds its columns. A column of type STRING may be codes into a dictionary: an
/// arrow::DictionaryArray of int32 indices, whose dictionary has neither NULLs nor the same value
/// twice. The batch's schema says utf8 all the same.
///
/// Dictionaries differ between batches, and grow from batch to batch: codes of the same data buffer
/// of a dictionary mean the same. No result depends on codes or on the dictionary's order.
namespace tarn::local {

/// \brief Whether `column` holds codes into a dictionary.
bool IsDictionary(const arrow::Array& column);

/// \brief Whether some column of `batch` does.
bool HasDictionary(const arrow::RecordBatch& batch);

/// \brief `column` with its values one by one; itself when it is flat already.
/// \return CapacityError when its text passes 2 GiB.
Result<std::shared_ptr<arrow::Array>> Flatten(const std::shared_ptr<arrow::Array>& column);

/// \brief The same of each of `columns`.
Result<arrow::ArrayVector> FlattenAll(arrow::ArrayVector columns);

/// \brief `batch` with all columns flat; itself when they are.
/// \return CapacityError when a column's text passes 2 GiB.
Result<BatchPtr> FlattenBatch(const BatchPtr& batch);

/// \brief `codes` into the dictionary of `column`.
/// \param[in] column for which IsDictionary holds
/// \param[in] codes int32, within the dictionary's bounds; NULLs stand for NULLs
std::shared_ptr<arrow::Array> WithCodes(const arrow::Array& column,
                                        const std::shared_ptr<arrow::Array>& codes);

/// \brief The values that the codes of `column` stand for.
/// \param[in] column for which IsDictionary holds
std::shared_ptr<arrow::StringArray> DictionaryOf(const arrow::Array& column);

/// \brief The code of each row of `column`, NULL for NULL.
/// \param[in] column for which IsDictionary holds
std::shared_ptr<arrow::Int32Array> CodesOf(const arrow::Array& column);

/// \brief Bytes of memory that the rows of `column` refer to. Of a dictionary, which many batches
/// share and whose size is bounded, the codes alone.
Result<int64_t> ColumnBytes(const arrow::Array& column);

/// \brief The same of all columns; a buffer that several of them share counts once.
Result<int64_t> BatchBytes(const arrow::RecordBatch& batch);

}  // namespace tarn::local
