#pragma once

#include "base/error.h"
#include "json/row_filter.h"
#include "plan/expr.h"

namespace tarn::local {

/// \brief A source's filter in the scanner's form; column numbers become field numbers.
/// \return UnknownError when it is not of the form that the plan promises.
Result<json::RowFilter> ToRowFilter(const plan::ExprPtr& filter);

}  // namespace tarn::local
