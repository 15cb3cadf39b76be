#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "local/operators/window_input.h"

namespace tarn::local {

/// \brief Rows of whole partitions, in order, as window functions read them.
struct WindowRows {
  BatchPtr rows;                       ///< with the columns WindowInput::schema(), all flat
  std::vector<std::string_view> keys;  ///< by row; borrowed, as long as it is used
  /// \brief By row: the first one of its partition; that after the last one of it.
  std::vector<int64_t> partition_begin, partition_end;
  /// \brief The same of its peers: the rows of its partition with equal ORDER BY keys.
  std::vector<int64_t> peers_begin, peers_end;

  int64_t num_rows() const { return rows->num_rows(); }

  /// \param[in] rows, keys as above
  static WindowRows Make(const WindowInput& input, BatchPtr rows,
                         std::vector<std::string_view> keys);
};

/// \brief By row: the first row of its frame, and that after the last one; equal where there is
/// none.
struct WindowFrames {
  std::vector<int64_t> begin, end;
};

/// \return the error of a bound of RANGE that some row needs and that can't be computed
Result<WindowFrames> FramesOf(const WindowInput& input, const WindowInput::Call& call,
                              const plan::WindowFrame& frame, const WindowRows& rows);

}  // namespace tarn::local
