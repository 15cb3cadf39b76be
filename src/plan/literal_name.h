#pragma once

#include <string>

#include "sql/ast.h"

namespace tarn::plan {

/// \brief What Spark calls a literal in a column's name: a string without its quotes, `1.5D` as
/// 1.5, `1e3` as 1000.0, `X'1f'` as X'1F'.
std::string LiteralName(const sql::Literal& literal);

}  // namespace tarn::plan
