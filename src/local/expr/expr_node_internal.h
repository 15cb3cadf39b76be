#pragma once

#include <arrow/datum.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>

#include <memory>
#include <utility>
#include <vector>

#include "base/error.h"
#include "local/kernels/kernel.h"
#include "plan/build_expr.h"

/// The nodes of a CompiledExpr: one per operation that is left to do for each batch.
namespace tarn::local {

class ExprNode;
using ExprNodePtr = std::unique_ptr<const ExprNode>;

class ExprNode {
 public:
  ExprNode(plan::ExprPtr expr, std::vector<ExprNodePtr> args)
      : expr_(std::move(expr)), args_(std::move(args)), may_fail_(plan::MayFailItself(*expr_)) {
    for (const ExprNodePtr& arg : args_) {
      may_fail_ = may_fail_ || arg->may_fail();
      may_evaluate_twice_ = may_evaluate_twice_ || arg->may_evaluate_twice();
    }
  }
  virtual ~ExprNode() = default;

  /// \param[in] input of one row or more
  /// \return an array of input's length, or a scalar that stands for the same value in every row
  virtual Result<arrow::Datum> Evaluate(const arrow::RecordBatch& input) const = 0;

  /// \brief The value, or error, of every row; null where it depends on the row.
  virtual const Result<ScalarPtr>* constant() const { return nullptr; }

  /// \brief Whether some row's value may be an error.
  bool may_fail() const { return may_fail_; }

  /// \brief Whether a node below this one, or itself, may evaluate an argument for all rows and
  /// then again for some.
  bool may_evaluate_twice() const { return may_evaluate_twice_; }

  const plan::ExprPtr& expr() const { return expr_; }
  const std::shared_ptr<arrow::DataType>& type() const { return expr_->type; }
  const std::vector<ExprNodePtr>& args() const { return args_; }

 protected:
  void set_may_fail(bool may_fail) { may_fail_ = may_fail; }
  void set_may_evaluate_twice() { may_evaluate_twice_ = true; }

 private:
  const plan::ExprPtr expr_;
  const std::vector<ExprNodePtr> args_;
  bool may_fail_;
  bool may_evaluate_twice_ = false;
};

ExprNodePtr MakeColumnNode(const plan::ExprPtr& expr);

/// \param[in] value of every row, or the error of every row that needs it
ExprNodePtr MakeConstantNode(const plan::ExprPtr& expr, Result<ScalarPtr> value);

ExprNodePtr MakeFieldNode(const plan::ExprPtr& expr, std::vector<ExprNodePtr> args);

/// \brief A cast, or a call of a function that is not lazy.
ExprNodePtr MakeKernelNode(const plan::ExprPtr& expr, std::vector<ExprNodePtr> args,
                           const ExprContext& context);

/// \brief NotImplemented for every row: a function that this engine lacks.
ExprNodePtr MakeUnknownFunctionNode(const plan::ExprPtr& call);

/// \brief CASE, or a call of a lazy function but nvl2.
ExprNodePtr MakeLazyNode(const plan::ExprPtr& expr, std::vector<ExprNodePtr> args);

/// \brief `node` for each row of `input`, which has one or more; in parts where all at once make
/// too much text.
Result<std::shared_ptr<arrow::Array>> EvaluateToArray(const ExprNode& node,
                                                      const arrow::RecordBatch& input);

/// \brief `status`, but a CapacityError says which expression makes too much text. Still a
/// CapacityError: fewer rows may do.
Status LocateCapacityError(const plan::Expr& expr, const Status& status);

}  // namespace tarn::local
