#include "local/expr/expr_node_internal.h"
#include "local/kernels/cast.h"

// Operations that evaluate all of their arguments for every row.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::RecordBatch;
using plan::Expr;

class ColumnNode : public ExprNode {
 public:
  explicit ColumnNode(plan::ExprPtr expr) : ExprNode(std::move(expr), {}) {}
  Result<Datum> Evaluate(const RecordBatch& input) const override {
    return Datum(input.column(expr()->column));
  }
};

class ConstantNode : public ExprNode {
 public:
  ConstantNode(plan::ExprPtr expr, Result<ScalarPtr> value)
      : ExprNode(std::move(expr), {}), value_(std::move(value)) {
    set_may_fail(!value_.ok());
  }
  Result<Datum> Evaluate(const RecordBatch& input) const override {
    ARROW_RETURN_NOT_OK(value_.status());
    return Datum(*value_);
  }
  const Result<ScalarPtr>* constant() const override { return &value_; }

 private:
  const Result<ScalarPtr> value_;
};

class FieldNode : public ExprNode {
 public:
  using ExprNode::ExprNode;
  Result<Datum> Evaluate(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(const Datum value, args()[0]->Evaluate(input));
    const int field = expr()->field;
    if (value.is_scalar()) {
      if (!value.scalar()->is_valid) return Datum(arrow::MakeNullScalar(type()));
      return Datum(static_cast<const arrow::StructScalar&>(*value.scalar()).value[field]);
    }
    const auto structs = std::static_pointer_cast<arrow::StructArray>(value.make_array());
    ARROW_ASSIGN_OR_RAISE(auto column, structs->GetFlattenedField(field));
    return Datum(std::move(column));
  }
};

class KernelNode : public ExprNode {
 public:
  KernelNode(plan::ExprPtr expr, std::vector<ExprNodePtr> args, Kernel kernel,
             const ExprContext& context)
      : ExprNode(std::move(expr), std::move(args)), call_(kernel.call), context_(context) {
    if (kernel.prepare == nullptr) return;
    std::vector<ScalarPtr> constants;
    for (const ExprNodePtr& arg : this->args()) {
      const Result<ScalarPtr>* constant = arg->constant();
      constants.push_back(constant != nullptr && constant->ok() ? **constant : nullptr);
    }
    state_ = kernel.prepare({.call = this->expr().get(), .shared = context}, constants);
    if (!state_.ok()) set_may_fail(true);
  }

  Result<Datum> Evaluate(const RecordBatch& input) const override {
    std::vector<Datum> values;
    bool is_same_for_all = true;
    for (const ExprNodePtr& arg : args()) {
      ARROW_ASSIGN_OR_RAISE(Datum value, arg->Evaluate(input));
      is_same_for_all = is_same_for_all && value.is_scalar();
      values.push_back(std::move(value));
    }
    ARROW_RETURN_NOT_OK(state_.status());
    // Scalars alone: one row is computed, and stands for all.
    const KernelContext context{.num_rows = is_same_for_all ? 1 : input.num_rows(),
                                .call = expr().get(),
                                .shared = context_,
                                .state = state_->get()};
    Result<Datum> result = call_(context, values);
    ARROW_RETURN_NOT_OK(LocateCapacityError(*expr(), result.status()));
    if (!is_same_for_all || result->is_scalar()) return result;
    ARROW_ASSIGN_OR_RAISE(auto scalar, result->make_array()->GetScalar(0));
    return Datum(std::move(scalar));
  }

 private:
  const Kernel::Call call_;
  const ExprContext context_;
  Result<std::unique_ptr<KernelState>> state_ = std::unique_ptr<KernelState>();
};

Result<Datum> CastKernel(const KernelContext& context, const std::vector<Datum>& args) {
  return Cast(context, args[0]);
}

}  // namespace

ExprNodePtr MakeColumnNode(const plan::ExprPtr& expr) { return std::make_unique<ColumnNode>(expr); }

ExprNodePtr MakeConstantNode(const plan::ExprPtr& expr, Result<ScalarPtr> value) {
  return std::make_unique<ConstantNode>(expr, std::move(value));
}

ExprNodePtr MakeFieldNode(const plan::ExprPtr& expr, std::vector<ExprNodePtr> args) {
  return std::make_unique<FieldNode>(expr, std::move(args));
}

ExprNodePtr MakeUnknownFunctionNode(const plan::ExprPtr& call) {
  return MakeConstantNode(
      call, Status::NotImplemented("This engine has no such function: ", call->function->name));
}

ExprNodePtr MakeKernelNode(const plan::ExprPtr& expr, std::vector<ExprNodePtr> args,
                           const ExprContext& context) {
  const bool is_cast = expr->kind == Expr::Kind::kCast;
  const Kernel kernel = is_cast ? Kernel{CastKernel} : FindKernel(*expr->function);
  if (kernel.call == nullptr) return MakeUnknownFunctionNode(expr);
  return std::make_unique<KernelNode>(expr, std::move(args), kernel, context);
}

Status LocateCapacityError(const Expr& expr, const Status& status) {
  if (!status.IsCapacityError() || !DiagnosticsOf(status).empty()) return status;
  const Status located = MakeError({sql::MakeDiagnostic(
      expr.at, "text is too long: " + status.message(), "make shorter texts, or fewer of them")});
  return {arrow::StatusCode::CapacityError, located.message(), located.detail()};
}

}  // namespace tarn::local
