#pragma once

#include <arrow/chunked_array.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/error.h"

namespace tarn {

/// \brief A row of a column that lies in several chunks.
struct RowPlace {
  int32_t chunk = 0;
  int32_t row = 0;  ///< in the chunk
};

/// \brief Finds rows by number in columns whose chunks have these lengths.
class ChunkIndex {
 public:
  explicit ChunkIndex(const arrow::ArrayVector& chunks);

  /// \brief The place of each of `rows`; numbers run over all chunks.
  std::vector<RowPlace> Find(std::span<const uint64_t> rows) const;

 private:
  std::vector<uint64_t> ends_;  // by chunk: the number after its last row
};

/// \brief The values at `places` as one array, without a copy of the rest of the column.
/// \return Invalid when text or binary passes 2 GiB
Result<std::shared_ptr<arrow::Array>> TakeRows(const arrow::ChunkedArray& column,
                                               std::span<const RowPlace> places);

/// \brief The same where some chunks are dictionary arrays (int32 codes) of the others' type: the
/// values, not their codes.
/// \param[in] chunks at least one
Result<std::shared_ptr<arrow::Array>> TakeValues(const arrow::ArrayVector& chunks,
                                                 std::span<const RowPlace> places);

}  // namespace tarn
