#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "local/batch/batch.h"
#include "local/expr/compiled_expr.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief Columns of pairs of rows: those of the left input come first.
struct PairColumns {
  std::vector<int> left;   ///< by position in the left input
  std::vector<int> right;  ///< by position in JoinSpec::held_right
};

/// \brief What the parts of a join at work share: its plan, compiled. Threads: any.
struct JoinSpec {
  /// A condition on pairs of rows, over the columns that it reads.
  struct Residual {
    PairColumns columns;
    SchemaPtr schema;  ///< of these
    CompiledExpr condition;
  };

  /// \param[in] output columns of left ++ right that it has, ascending; of a join that only asks
  /// for
  ///   matches, those of the left side, and after them the mark
  JoinSpec(SchemaPtr left, SchemaPtr right, const std::vector<int>& output, const plan::Join& join,
           const ExprContext& context);

  const SchemaPtr left_schema, right_schema;  ///< of the inputs
  const std::vector<int> held_right;  ///< columns of the right input that a probe needs, ascending
  const PairColumns columns;          ///< of the output
  const SchemaPtr schema;             ///< of the output
  const std::vector<CompiledExpr> left_keys, right_keys;
  const std::vector<std::shared_ptr<arrow::DataType>> key_types;  ///< of both sides
  const std::vector<bool> null_safe;       ///< by key: whether NULL matches NULL
  const std::optional<Residual> residual;  ///< without it, equal keys are enough
  const bool keeps_left, keeps_right;      ///< it counts which rows have no match
  const plan::Join::Kind kind;
  const bool is_existence;        ///< the output is left rows, by whether they have a match
  const bool is_right_existence;  ///< the output is right rows, by that
  const bool has_mark;            ///< its last column is that
  const sql::Location at;         ///< of the subquery that it is made of
  const bool null_aware;          ///< of which NULL is one with every row
};

using JoinSpecPtr = std::shared_ptr<const JoinSpec>;

}  // namespace tarn::local
