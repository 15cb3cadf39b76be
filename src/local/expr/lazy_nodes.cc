#include <arrow/compute/api.h>

#include "local/expr/expr_node_internal.h"
#include "local/expr/selection_internal.h"
#include "local/kernels/nested_internal.h"
#include "plan/known_functions.h"

// Operations that evaluate an argument only for the rows that need it.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::RecordBatch;

// One choice of CASE, IF, COALESCE: `value` where `condition` is true among the rows still open.
class Chooser {
 public:
  static Result<Chooser> Make(const std::shared_ptr<arrow::DataType>& type,
                              const RecordBatch& input) {
    ARROW_ASSIGN_OR_RAISE(Mask open, AllRows(input.num_rows()));
    return Chooser(input, std::move(open), Datum(arrow::MakeNullScalar(type)));
  }

  Status Choose(const ExprNode& condition, const ExprNode& value) {
    ARROW_ASSIGN_OR_RAISE(Datum truth, EvaluateWhere(condition, input_, open_));
    ARROW_ASSIGN_OR_RAISE(Mask holds, ToMask(truth, input_.num_rows()));
    ARROW_ASSIGN_OR_RAISE(Mask hit, And(open_, holds));
    ARROW_ASSIGN_OR_RAISE(Datum chosen, EvaluateWhere(value, input_, hit));
    return Take(hit, chosen);
  }

  // The first of COALESCE's values that is not null.
  Status ChooseIfValid(const ExprNode& value) {
    ARROW_ASSIGN_OR_RAISE(Datum candidate, EvaluateWhere(value, input_, open_));
    ARROW_ASSIGN_OR_RAISE(Mask is_valid, ValidRows(candidate, input_.num_rows()));
    ARROW_ASSIGN_OR_RAISE(Mask hit, And(open_, is_valid));
    return Take(hit, candidate);
  }

  Status Otherwise(const ExprNode& value) {
    ARROW_ASSIGN_OR_RAISE(Datum chosen, EvaluateWhere(value, input_, open_));
    return Take(open_, chosen);
  }

  const Datum& result() const { return result_; }

 private:
  Chooser(const RecordBatch& input, Mask open, Datum result)
      : input_(input), open_(std::move(open)), result_(std::move(result)) {}

  Status Take(const Mask& hit, const Datum& values) {
    if (arrow::is_nested(values.type()->id())) return TakeNested(hit, values);
    ARROW_ASSIGN_OR_RAISE(result_, arrow::compute::IfElse(Datum(hit), values, result_));
    return AndNot(open_, hit).Value(&open_);
  }

  // Arrow's if_else does not take a MAP.
  Status TakeNested(const Mask& hit, const Datum& values) {
    const int64_t num_rows = input_.num_rows();
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr chosen, SpreadToArray(values, num_rows));
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr others, SpreadToArray(result_, num_rows));
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr all, JoinArrays({chosen, others}));
    std::vector<int64_t> places(num_rows);
    for (int64_t row = 0; row < num_rows; ++row) {
      places[row] = hit->Value(row) ? row : num_rows + row;
    }
    ARROW_ASSIGN_OR_RAISE(result_, TakeElements(all, places));
    return AndNot(open_, hit).Value(&open_);
  }

  const RecordBatch& input_;
  Mask open_;
  Datum result_;
};

// Arguments: condition, value, condition, value, …, and what is otherwise.
class ChoiceNode : public ExprNode {
 public:
  using ExprNode::ExprNode;

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(Chooser chooser, Chooser::Make(type(), input));
    for (size_t i = 0; i + 1 < args().size(); i += 2) {
      ARROW_RETURN_NOT_OK(chooser.Choose(*args()[i], *args()[i + 1]));
    }
    if (args().size() % 2 == 1) ARROW_RETURN_NOT_OK(chooser.Otherwise(*args().back()));
    return chooser.result();
  }
};

class CoalesceNode : public ExprNode {
 public:
  using ExprNode::ExprNode;

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(Chooser chooser, Chooser::Make(type(), input));
    for (const ExprNodePtr& arg : args()) ARROW_RETURN_NOT_OK(chooser.ChooseIfValid(*arg));
    return chooser.result();
  }
};

// AND and OR: an argument that may fail is evaluated only where those before it leave the answer
// open.
class LogicNode : public ExprNode {
 public:
  LogicNode(plan::ExprPtr expr, std::vector<ExprNodePtr> args)
      : ExprNode(std::move(expr), std::move(args)), is_and_(IsCall(*this->expr(), plan::kAnd)) {}

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(Datum result, args()[0]->Evaluate(input));
    for (size_t i = 1; i < args().size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(const Datum next, args()[i]->may_fail()
                                                  ? EvaluateOpen(*args()[i], result, input)
                                                  : args()[i]->Evaluate(input));
      ARROW_ASSIGN_OR_RAISE(result, is_and_ ? arrow::compute::KleeneAnd(result, next)
                                            : arrow::compute::KleeneOr(result, next));
    }
    return result;
  }

 private:
  Result<Datum> EvaluateOpen(const ExprNode& arg, const Datum& so_far,
                             const RecordBatch& input) const {
    // Decided rows: false for AND, true for OR.
    ARROW_ASSIGN_OR_RAISE(const Datum decided,
                          is_and_ ? arrow::compute::Invert(so_far) : Result<Datum>(so_far));
    ARROW_ASSIGN_OR_RAISE(const Mask closed, ToMask(decided, input.num_rows()));
    ARROW_ASSIGN_OR_RAISE(const Mask all, AllRows(input.num_rows()));
    ARROW_ASSIGN_OR_RAISE(const Mask open, AndNot(all, closed));
    return EvaluateWhere(arg, input, open);
  }

  const bool is_and_;
};

}  // namespace

ExprNodePtr MakeLazyNode(const plan::ExprPtr& expr, std::vector<ExprNodePtr> args) {
  if (expr->kind == plan::Expr::Kind::kCase || IsCall(*expr, plan::kIf)) {
    return std::make_unique<ChoiceNode>(expr, std::move(args));
  }
  if (IsCall(*expr, plan::kCoalesce)) return std::make_unique<CoalesceNode>(expr, std::move(args));
  if (IsCall(*expr, plan::kAnd) || IsCall(*expr, plan::kOr)) {
    return std::make_unique<LogicNode>(expr, std::move(args));
  }
  return MakeUnknownFunctionNode(expr);
}

}  // namespace tarn::local
