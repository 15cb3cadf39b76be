#pragma once

#include <functional>
#include <vector>

#include "plan/bind_expr.h"

namespace tarn::plan {

/// \brief Turns expressions over an aggregate's input into expressions over its output.
///
/// A part that equals a key becomes the key's column, a collected call its result's column; window
/// functions come after aggregates and grouping calls. Columns of generators stay. Any other column
/// of the input is an error.
class GroupRewriter {
 public:
  /// \param[in] keys, calls borrowed.
  /// \param[in] report_column called for each column that has no value per group.
  GroupRewriter(const std::vector<ExprPtr>& keys, const CollectedCalls& calls,
                std::function<void(const Expr& column)> report_column);

  /// \return null when a column was reported.
  ExprPtr Rewrite(const ExprPtr& expr) const;

 private:
  const std::vector<ExprPtr>& keys_;
  int input_width_;
  std::vector<int> call_columns_;
  std::function<void(const Expr& column)> report_column_;
};

}  // namespace tarn::plan
