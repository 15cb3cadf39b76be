#include <arrow/array/concatenate.h>
#include <arrow/compute/api.h>

#include "local/expr/expr_node_internal.h"
#include "local/expr/failing_row_internal.h"
#include "local/expr/selection_internal.h"
#include "local/kernels/cast.h"
#include "local/kernels/spread_internal.h"
#include "plan/known_functions.h"

// Casts and calls of functions that have a kernel. As in Spark, an argument is not evaluated in the
// rows where those before it decide.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::RecordBatch;
using plan::Expr;

// How many of `args`, in the order of `position`, come before the last one that may fail.
template <typename Position>
size_t NumBeforeLastThatMayFail(const std::vector<ExprNodePtr>& args, Position&& position) {
  for (size_t step = args.size(); step-- > 0;) {
    if (args[position(step)]->may_fail()) return step;
  }
  return 0;
}

class KernelNode : public ExprNode {
 public:
  KernelNode(plan::ExprPtr expr, std::vector<ExprNodePtr> args, Kernel kernel,
             const ExprContext& context)
      : ExprNode(std::move(expr), std::move(args)),
        call_(kernel.call),
        context_(context),
        is_random_(plan::IsRandomItself(*this->expr())) {
    if (this->expr()->kind == Expr::Kind::kCall) {
      const plan::FunctionTraits& traits = this->expr()->function->traits;
      last_argument_first_ = traits.last_argument_first;
      if (traits.null_in_null_out) {
        num_deciding_ =
            NumBeforeLastThatMayFail(this->args(), [this](size_t step) { return Position(step); });
      }
    }
    if (num_deciding_ > 0) set_may_evaluate_twice();
    if (is_random_) set_reads(kSeveral);
    if (kernel.prepare == nullptr) return;
    std::vector<ScalarPtr> constants;
    for (const ExprNodePtr& arg : this->args()) {
      const Result<ScalarPtr>* constant = arg->constant();
      constants.push_back(constant != nullptr && constant->ok() ? **constant : nullptr);
    }
    state_ = kernel.prepare({.call = this->expr().get(), .shared = context}, constants);
    if (!state_.ok()) set_may_fail(true);
  }

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(const std::vector<Datum> values, EvaluateArguments(input));
    return Apply(values, input.num_rows());
  }

  // The kernel's result for arguments' values.
  Result<Datum> Apply(const std::vector<Datum>& values, int64_t num_rows) const {
    ARROW_RETURN_NOT_OK(state_.status());
    const bool is_same_for_all =
        !is_random_ && std::all_of(values.begin(), values.end(),
                                   [](const Datum& value) { return value.is_scalar(); });
    // Scalars alone: one row is computed, and stands for all.
    const KernelContext context{.num_rows = is_same_for_all ? 1 : num_rows,
                                .call = expr().get(),
                                .shared = context_,
                                .state = state_->get()};
    Result<Datum> result = call_(context, values);
    if (!result.ok() && num_rows == 1) {
      return LocateCapacityError(*expr(), TellValues(*this, values, context_, result.status()));
    }
    ARROW_RETURN_NOT_OK(LocateCapacityError(*expr(), result.status()));
    if (!is_same_for_all || result->is_scalar()) return result;
    ARROW_ASSIGN_OR_RAISE(auto scalar, result->make_array()->GetScalar(0));
    return Datum(std::move(scalar));
  }

 private:
  // Of the argument that is evaluated as number `step`.
  size_t Position(size_t step) const {
    return last_argument_first_ ? args().size() - 1 - step : step;
  }

  Result<std::vector<Datum>> EvaluateArguments(const RecordBatch& input) const {
    std::vector<Datum> values(args().size());
    Mask open;  // no argument so far is NULL; null while that holds for all rows
    for (size_t step = 0; step < args().size(); ++step) {
      const ExprNode& arg = *args()[Position(step)];
      Datum& value = values[Position(step)];
      ARROW_ASSIGN_OR_RAISE(
          value, open == nullptr ? arg.Evaluate(input) : EvaluateAtLeast(arg, input, open));
      if (step >= num_deciding_ || value.null_count() == 0) continue;
      ARROW_ASSIGN_OR_RAISE(Mask valid, ValidRows(value, input.num_rows()));
      if (open != nullptr) {
        ARROW_ASSIGN_OR_RAISE(valid, And(open, valid));
      }
      open = std::move(valid);
    }
    return values;
  }

  const Kernel::Call call_;
  const ExprContext context_;
  const bool is_random_;  // computed for each row, whatever its arguments
  bool last_argument_first_ = false;
  size_t num_deciding_ = 0;  // arguments, in order, whose NULLs spare others that may fail
  Result<std::unique_ptr<KernelState>> state_ = std::unique_ptr<KernelState>();
};

// IN and NULLIF with items that may fail: an item is evaluated only where the value is not NULL and
// equals none of those before.
class SearchNode : public KernelNode {
 public:
  SearchNode(plan::ExprPtr expr, std::vector<ExprNodePtr> args, Kernel kernel,
             const ExprContext& context)
      : KernelNode(std::move(expr), std::move(args), kernel, context) {
    set_may_evaluate_twice();
  }

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(const Datum value, args()[0]->Evaluate(input));
    ARROW_ASSIGN_OR_RAISE(Mask open, ValidRows(value, input.num_rows()));
    Datum result;
    for (size_t i = 1; i < args().size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(const Datum item, EvaluateAtLeast(*args()[i], input, open));
      ARROW_ASSIGN_OR_RAISE(const Datum found, Apply({value, item}, input.num_rows()));
      if (i == 1) {
        result = found;
      } else {
        ARROW_ASSIGN_OR_RAISE(result, arrow::compute::KleeneOr(result, found));
      }
      if (i + 1 == args().size()) break;
      ARROW_ASSIGN_OR_RAISE(const Mask closed, ToMask(found, input.num_rows()));
      ARROW_ASSIGN_OR_RAISE(open, AndNot(open, closed));
    }
    return result;
  }
};

// A try_ function that is NULL also in the rows where an argument is an error.
class CatchingNode : public KernelNode {
 public:
  CatchingNode(plan::ExprPtr expr, std::vector<ExprNodePtr> args, Kernel kernel,
               const ExprContext& context)
      : KernelNode(std::move(expr), std::move(args), kernel, context) {
    set_may_fail(false);
    set_may_evaluate_twice();
  }

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    Result<Datum> all = KernelNode::Compute(input);
    if (!IsOfValues(all.status())) return all;
    if (input.num_rows() == 1) return Datum(arrow::MakeNullScalar(type()));
    const int64_t half = input.num_rows() / 2;
    arrow::ArrayVector parts;
    for (const auto& rows : {input.Slice(0, half), input.Slice(half)}) {
      ARROW_ASSIGN_OR_RAISE(Datum part, Compute(*rows));
      ARROW_ASSIGN_OR_RAISE(part, Spread(part, rows->num_rows()));
      parts.push_back(part.make_array());
    }
    ARROW_ASSIGN_OR_RAISE(auto joined, arrow::Concatenate(parts));
    return Datum(std::move(joined));
  }
};

bool Catches(const Expr& expr, const std::vector<ExprNodePtr>& args) {
  return expr.kind == Expr::Kind::kCall && expr.function->traits.catches_errors &&
         std::any_of(args.begin(), args.end(),
                     [](const ExprNodePtr& arg) { return arg->may_fail(); });
}

bool Searches(const Expr& expr, const std::vector<ExprNodePtr>& args) {
  return (IsCall(expr, plan::kIn) || IsCall(expr, plan::kNullIf)) &&
         std::any_of(args.begin() + 1, args.end(),
                     [](const ExprNodePtr& item) { return item->may_fail(); });
}

Result<Datum> CastKernel(const KernelContext& context, const std::vector<Datum>& args) {
  return Cast(context, args[0]);
}

}  // namespace

ExprNodePtr MakeUnknownFunctionNode(const plan::ExprPtr& call) {
  return MakeConstantNode(
      call, Status::NotImplemented("This engine has no such function: ", call->function->name));
}

ExprNodePtr MakeKernelNode(const plan::ExprPtr& expr, std::vector<ExprNodePtr> args,
                           const ExprContext& context) {
  const bool is_cast = expr->kind == Expr::Kind::kCast;
  const Kernel kernel = is_cast ? Kernel{CastKernel} : FindKernel(*expr->function);
  if (kernel.call == nullptr) return MakeUnknownFunctionNode(expr);
  if (Catches(*expr, args)) {
    return std::make_unique<CatchingNode>(expr, std::move(args), kernel, context);
  }
  if (Searches(*expr, args)) {
    return std::make_unique<SearchNode>(expr, std::move(args), kernel, context);
  }
  return std::make_unique<KernelNode>(expr, std::move(args), kernel, context);
}

Status LocateCapacityError(const Expr& expr, const Status& status) {
  if (!status.IsCapacityError() || !DiagnosticsOf(status).empty()) return status;
  const Status located = MakeError({sql::MakeDiagnostic(
      expr.at, "text is too long: " + status.message(), "make shorter texts, or fewer of them")});
  return {arrow::StatusCode::CapacityError, located.message(), located.detail()};
}

}  // namespace tarn::local
