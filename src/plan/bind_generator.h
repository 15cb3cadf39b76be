#pragma once

#include <string>
#include <vector>

#include "plan/plan.h"
#include "sql/ast.h"

/// Calls of generators: functions that make rows.
namespace tarn::plan {

/// \brief A call of a generator, bound.
struct BoundGenerator {
  Generate generate;                   ///< over the rows that it is called for
  std::vector<std::string> generated;  ///< names of the columns that `generate` adds
  /// Names, as Spark has them, of the columns that SQL sees.
  std::vector<std::string> names;
  bool has_fields = false;  ///< these are the fields of the STRUCT that is generated, not itself
};

/// \brief `expr` as a call of a generator; null: it is something else.
const sql::Call* GeneratorCallOf(const sql::Expr& expr);

/// \brief The columns that SQL sees, where column `first` is the first one that is generated.
std::vector<ExprPtr> OutputsOf(const BoundGenerator& generator, int first);

}  // namespace tarn::plan
