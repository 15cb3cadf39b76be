#pragma once

#include <arrow/array.h>

#include "base/error.h"

namespace tarn::local {

/// \brief The chunks of a column with the same values: all of them flat, or all codes into one
/// dictionary.
///
/// Several dictionaries are united, unless that is more work than to flatten the chunks. A chunk of
/// NULLs goes with both. \return CapacityError when the text of a chunk passes 2 GiB.
Result<arrow::ArrayVector> Unify(arrow::ArrayVector chunks);

}  // namespace tarn::local
