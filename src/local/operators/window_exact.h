#pragma once

#include "local/operators/window_rows.h"

namespace tarn::local {

/// \brief count, count_if, min, max, and sums of whole numbers and decimals over frames that only
/// move forward, in a time that does not depend on how large they are.
///
/// \param[in] args of the rows that count, flat
/// \return null where it is another function, or where a sum may exceed its type: which rows are
///   an error then, only their order says
Result<std::shared_ptr<arrow::Array>> ExactWindowAggregate(const plan::AggregateCall& call,
                                                           const arrow::ArrayVector& args,
                                                           const WindowFrames& frames);

}  // namespace tarn::local
