#pragma once

#include <vector>

#include "local/batch/streaming_stage.h"
#include "local/expr/compiled_expr.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief A row for each element of a collection: the input's columns, repeated, and the element.
///
/// Batches of about kBatchRows; less where its texts would be too long together.
class GenerateStage : public StreamingStage {
 public:
  /// \brief What the output has.
  struct Columns {
    std::vector<int> passed;     ///< of the input, ascending
    std::vector<int> generated;  ///< by their place among those that the node adds, ascending
    arrow::FieldVector fields;   ///< of both
  };

  /// \param[in] generate over the input
  GenerateStage(StageContext context, const plan::Generate& generate, Columns columns,
                const ExprContext& expr_context, PieceSinkPtr next)
      : StreamingStage(std::move(context), std::move(next)),
        collection_(generate.collection, expr_context),
        has_position_(generate.has_position),
        outer_(generate.outer),
        columns_(std::move(columns)),
        schema_(arrow::schema(columns_.fields)) {}

 protected:
  Status Process(const BatchPtr& batch, const Emit& emit) const override;

 private:
  // Rows of the output: which row of the input, which element (-1: none), and at which position.
  struct Rows;

  Status EmitRows(const BatchPtr& passed, const arrow::ListArray& lists, const Rows& rows,
                  const Emit& emit) const;
  Result<BatchPtr> MakeRows(const BatchPtr& passed, const arrow::ListArray& lists,
                            const Rows& rows) const;
  Result<std::shared_ptr<arrow::Array>> MakeGenerated(int place, const arrow::ListArray& lists,
                                                      const Rows& rows) const;

  const CompiledExpr collection_;
  const bool has_position_;
  const bool outer_;
  const Columns columns_;
  const SchemaPtr schema_;
};

}  // namespace tarn::local
