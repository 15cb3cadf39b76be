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
      reads_ = Both(reads_, arg->reads_);
      may_fail_ = may_fail_ || arg->may_fail();
      may_evaluate_twice_ = may_evaluate_twice_ || arg->may_evaluate_twice();
    }
  }
  virtual ~ExprNode() = default;

  /// \brief The value, or error, of each row of `input`. Where it depends on one column alone,
  /// which has a dictionary, it is computed once for each value in it, unless it is random.
  /// \param[in] input of one row or more
  /// \return an array of input's length, without a dictionary, or a scalar that stands for the same
  ///   value in every row
  Result<arrow::Datum> Evaluate(const arrow::RecordBatch& input) const;

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
  static constexpr int kNothing = -1;
  static constexpr int kSeveral = -2;

  /// \brief As Evaluate, row by row.
  virtual Result<arrow::Datum> Compute(const arrow::RecordBatch& input) const = 0;

  /// \param[in] column the only one, or kSeveral: what is not worth a look at each value
  void set_reads(int column) { reads_ = column; }
  void set_may_fail(bool may_fail) { may_fail_ = may_fail; }
  void set_may_evaluate_twice() { may_evaluate_twice_ = true; }

 private:
  static int Both(int left, int right) {
    if (left == kNothing || left == right) return right;
    return right == kNothing ? left : kSeveral;
  }

  Result<arrow::Datum> EvaluateByValue(const arrow::RecordBatch& input) const;

  const plan::ExprPtr expr_;
  const std::vector<ExprNodePtr> args_;
  int reads_ = kNothing;  // the only column; or kNothing, kSeveral
  bool may_fail_;
  bool may_evaluate_twice_ = false;
};

ExprNodePtr MakeColumnNode(const plan::ExprPtr& expr);

/// \param[in] expr is_null of a column
ExprNodePtr MakeNullTestNode(const plan::ExprPtr& expr);

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

/// \brief Whether an argument of `expr` is a lambda function.
bool HasLambda(const plan::Expr& expr);

/// \brief A call with lambdas, taken apart for compilation.
struct LambdaClosure {
  std::vector<plan::ExprPtr> values;    ///< the arguments that are no lambdas
  std::vector<plan::ExprPtr> captured;  ///< columns of the input that lambdas read
  std::vector<plan::ExprPtr> bodies;    ///< over the captured columns, then the parameters
};
LambdaClosure CloseLambdas(const plan::Expr& call);

/// \brief The same, compiled.
struct LambdaParts {
  std::vector<ExprNodePtr> args;  ///< the values, then the captured columns
  std::vector<ExprNodePtr> bodies;
  size_t num_values = 0;
};

/// \brief A call with lambdas.
ExprNodePtr MakeLambdaNode(const plan::ExprPtr& call, LambdaParts parts,
                           const ExprContext& context);

/// \brief `node` for each row of `input`, which has one or more; in parts where all at once make
/// too much text.
Result<std::shared_ptr<arrow::Array>> EvaluateToArray(const ExprNode& node,
                                                      const arrow::RecordBatch& input);

/// \brief `status`, but a CapacityError says which expression makes too much text. Still a
/// CapacityError: fewer rows may do.
Status LocateCapacityError(const plan::Expr& expr, const Status& status);

}  // namespace tarn::local
