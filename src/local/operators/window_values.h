#pragma once

#include "local/operators/window_rows.h"

namespace tarn::local {

/// \brief What a window needs of the run to compute its functions.
struct WindowContext {
  const WindowInput* input = nullptr;  ///< borrowed
  ExprContext exprs;                   ///< of the run
  Poll poll = GoOn;                    ///< asked now and then
};

/// \brief Whether there is this window function; aggregates are Accumulator's.
bool KnowsWindowFunction(const plan::Function& function);

/// \brief The value of window function number `call` for each row.
/// \return NotImplemented for a function that there is not
Result<std::shared_ptr<arrow::Array>> WindowValues(const WindowContext& context,
                                                   const plan::Window& window, size_t call,
                                                   const WindowRows& rows);

/// \brief The same of an aggregate over the rows of a frame.
///
/// Each frame's rows are taken in their order, as if they were all, so that sums of floating point
/// numbers are those of Spark; a frame that only grows goes on where the one before it ended.
Result<std::shared_ptr<arrow::Array>> WindowAggregate(const WindowContext& context,
                                                      const plan::WindowCall& call,
                                                      const WindowInput::Call& columns,
                                                      const WindowRows& rows,
                                                      const WindowFrames& frames);

}  // namespace tarn::local
