#pragma once

#include <memory>
#include <vector>

#include "local/expr/compiled_expr.h"
#include "local/keys/key_table.h"
#include "local/keys/sort_key.h"

namespace tarn::local {

/// \brief PARTITION BY and ORDER BY of a window function, compiled.
struct WindowKeys {
  WindowKeys(const std::vector<plan::ExprPtr>& partitions, const std::vector<plan::SortKey>& order,
             const ExprContext& context)
      : partition_types(TypesOf(partitions)),
        partition_by(CompileAll(partitions, context)),
        order_by(order, context) {}

  std::vector<std::shared_ptr<arrow::DataType>> partition_types;  ///< of partition_by, in order
  std::vector<CompiledExpr> partition_by;                         ///< empty: one partition
  SortKeys order_by;
};

}  // namespace tarn::local
