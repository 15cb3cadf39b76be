#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "local/keys/key_table.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief What an aggregation reads of one batch.
struct AggregateInput {
  /// Of one aggregate function.
  struct Call {
    arrow::ArrayVector args;                    ///< of the rows that count
    std::shared_ptr<arrow::BooleanArray> keep;  ///< the rows that count; null: all
  };

  BatchPtr batch;
  EncodedKeys keys;
  std::vector<Call> calls;
};

/// \brief The expressions of an aggregation, compiled. Threads: any number at once.
class AggregateExprs {
 public:
  AggregateExprs(const plan::Aggregate& aggregate, const ExprContext& context);

  Result<AggregateInput> Evaluate(const BatchPtr& batch) const;

 private:
  struct Call {
    std::vector<CompiledExpr> args;
    std::optional<CompiledExpr> filter;
  };

  static Result<AggregateInput::Call> Evaluate(const Call& call, const BatchPtr& batch);

  const std::vector<CompiledExpr> keys_;
  std::vector<Call> calls_;
};

}  // namespace tarn::local
