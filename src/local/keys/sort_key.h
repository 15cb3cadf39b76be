#pragma once

#include <vector>

#include "base/poll.h"
#include "local/batch/batch.h"
#include "local/expr/compiled_expr.h"
#include "plan/plan.h"
#include "rows/row_key.h"

namespace tarn::local {

/// \brief What rows are ordered by, as an operator holds it.
class SortKeys {
 public:
  SortKeys(const std::vector<plan::SortKey>& keys, const ExprContext& context);

  /// \brief The rows' keys, whose order as bytes is that of the rows.
  /// \param[in] poll asked before each key
  Result<RowKeys> Encode(const arrow::RecordBatch& batch, const Poll& poll = GoOn) const;

 private:
  std::vector<CompiledExpr> exprs_;
  std::vector<KeyOrder> orders_;
};

}  // namespace tarn::local
