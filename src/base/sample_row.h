#pragma once

#include <arrow/record_batch.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace tarn {

/// \brief A column's value in a row that is shown as an example.
struct SampleValue {
  std::string column;
  std::string text;      ///< of the value; cut where it is long
  bool is_null = false;  ///< then `text` is empty
};
using SampleRow = std::vector<SampleValue>;

/// Rows that are kept as examples of one thing, at most.
inline constexpr size_t kSampleRowsMax = 10;

/// \brief One row of `batch`. \param[in] columns of it that are wanted, by number
Result<SampleRow> SampleOf(const arrow::RecordBatch& batch, const std::vector<int>& columns,
                           int64_t row);

/// \brief All columns of one row of `batch`.
Result<SampleRow> SampleOf(const arrow::RecordBatch& batch, int64_t row);

/// \brief `user_id = 15, level = NULL`, on one line: control characters are escaped.
std::string RowText(const SampleRow& row);

}  // namespace tarn
