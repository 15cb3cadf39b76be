#include "local/evaluate.h"

#include <arrow/array/concatenate.h>
#include <arrow/compute/api.h>

#include "local/cast.h"
#include "local/functions/kernel.h"
#include "local/functions/spread_internal.h"
#include "plan/build_expr.h"
#include "plan/known_functions.h"

namespace tarn::local {
namespace {

using arrow::Array;
using arrow::Datum;
using arrow::RecordBatch;
using plan::Expr;
using Batch = std::shared_ptr<RecordBatch>;

// A row is chosen where `mask` is true; null counts as false.
using Mask = std::shared_ptr<arrow::BooleanArray>;

Result<Mask> ToMask(const Datum& condition, int64_t num_rows) {
  ARROW_ASSIGN_OR_RAISE(Datum spread, Spread(condition, num_rows));
  if (spread.null_count() > 0) {
    ARROW_ASSIGN_OR_RAISE(
        spread, arrow::compute::CallFunction(
                    "coalesce", {spread, Datum(std::make_shared<arrow::BooleanScalar>(false))}));
  }
  return std::static_pointer_cast<arrow::BooleanArray>(spread.make_array());
}

Result<Mask> AndNot(const Mask& mask, const Mask& without) {
  ARROW_ASSIGN_OR_RAISE(Datum result, arrow::compute::AndNot(Datum(mask), Datum(without)));
  return std::static_pointer_cast<arrow::BooleanArray>(result.make_array());
}

Result<Mask> And(const Mask& left, const Mask& right) {
  ARROW_ASSIGN_OR_RAISE(Datum result, arrow::compute::And(Datum(left), Datum(right)));
  return std::static_pointer_cast<arrow::BooleanArray>(result.make_array());
}

// `expr` for the rows of `mask` at least. Where it may fail, the other rows are not evaluated but
// null.
Result<Datum> EvaluateWhere(const Expr& expr, const RecordBatch& input, const Mask& mask) {
  const int64_t num_chosen = mask->true_count();
  if (num_chosen == input.num_rows() || !plan::MayFail(expr)) return Evaluate(expr, input);
  if (num_chosen == 0) return Datum(arrow::MakeNullScalar(expr.type));
  Batch all = RecordBatch::Make(input.schema(), input.num_rows(), input.columns());
  ARROW_ASSIGN_OR_RAISE(Datum chosen, arrow::compute::Filter(Datum(all), Datum(mask)));
  ARROW_ASSIGN_OR_RAISE(auto values, EvaluateToArray(expr, *chosen.record_batch()));
  arrow::Int32Builder positions;
  ARROW_RETURN_NOT_OK(positions.Reserve(input.num_rows()));
  int32_t next = 0;
  for (int64_t row = 0; row < input.num_rows(); ++row) {
    if (mask->Value(row)) {
      positions.UnsafeAppend(next++);
    } else {
      positions.UnsafeAppendNull();
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto indices, positions.Finish());
  return arrow::compute::Take(Datum(values), Datum(indices));
}

Result<Mask> AllRows(int64_t num_rows) {
  ARROW_ASSIGN_OR_RAISE(auto all, arrow::MakeArrayFromScalar(arrow::BooleanScalar(true), num_rows));
  return std::static_pointer_cast<arrow::BooleanArray>(all);
}

// One choice of CASE, IF, COALESCE: `value` where `condition` is true among the rows still open.
class Chooser {
 public:
  Chooser(const Expr& expr, const RecordBatch& input) : expr_(expr), input_(input) {}

  Status Begin() {
    result_ = Datum(arrow::MakeNullScalar(expr_.type));
    return AllRows(input_.num_rows()).Value(&open_);
  }

  Status Choose(const Expr& condition, const Expr& value) {
    ARROW_ASSIGN_OR_RAISE(Datum truth, EvaluateWhere(condition, input_, open_));
    ARROW_ASSIGN_OR_RAISE(Mask holds, ToMask(truth, input_.num_rows()));
    ARROW_ASSIGN_OR_RAISE(Mask hit, And(open_, holds));
    ARROW_ASSIGN_OR_RAISE(Datum chosen, EvaluateWhere(value, input_, hit));
    return Take(hit, chosen);
  }

  // The first of COALESCE's values that is not null.
  Status ChooseIfValid(const Expr& value) {
    ARROW_ASSIGN_OR_RAISE(Datum candidate, EvaluateWhere(value, input_, open_));
    ARROW_ASSIGN_OR_RAISE(Datum valid, arrow::compute::IsValid(candidate));
    ARROW_ASSIGN_OR_RAISE(Mask is_valid, ToMask(valid, input_.num_rows()));
    ARROW_ASSIGN_OR_RAISE(Mask hit, And(open_, is_valid));
    return Take(hit, candidate);
  }

  Status Otherwise(const Expr& value) {
    ARROW_ASSIGN_OR_RAISE(Datum chosen, EvaluateWhere(value, input_, open_));
    return Take(open_, chosen);
  }

  Datum result() const { return result_; }

 private:
  Status Take(const Mask& hit, const Datum& values) {
    ARROW_ASSIGN_OR_RAISE(result_, arrow::compute::IfElse(Datum(hit), values, result_));
    return AndNot(open_, hit).Value(&open_);
  }

  const Expr& expr_;
  const RecordBatch& input_;
  Mask open_;
  Datum result_;
};

Result<Datum> EvaluateCase(const Expr& expr, const RecordBatch& input) {
  Chooser chooser(expr, input);
  ARROW_RETURN_NOT_OK(chooser.Begin());
  for (size_t i = 0; i + 1 < expr.args.size(); i += 2) {
    ARROW_RETURN_NOT_OK(chooser.Choose(*expr.args[i], *expr.args[i + 1]));
  }
  if (expr.args.size() % 2 == 1) ARROW_RETURN_NOT_OK(chooser.Otherwise(*expr.args.back()));
  return chooser.result();
}

Result<Datum> EvaluateCoalesce(const Expr& expr, const RecordBatch& input) {
  Chooser chooser(expr, input);
  ARROW_RETURN_NOT_OK(chooser.Begin());
  for (const auto& arg : expr.args) ARROW_RETURN_NOT_OK(chooser.ChooseIfValid(*arg));
  return chooser.result();
}

Result<Datum> EvaluateIf(const Expr& expr, const RecordBatch& input) {
  Chooser chooser(expr, input);
  ARROW_RETURN_NOT_OK(chooser.Begin());
  ARROW_RETURN_NOT_OK(chooser.Choose(*expr.args[0], *expr.args[1]));
  ARROW_RETURN_NOT_OK(chooser.Otherwise(*expr.args[2]));
  return chooser.result();
}

Result<Datum> EvaluateNvl2(const Expr& expr, const RecordBatch& input) {
  Chooser chooser(expr, input);
  ARROW_RETURN_NOT_OK(chooser.Begin());
  plan::ExprPtr is_null = plan::MakePredicate(plan::kIsNull, {expr.args[0]});
  ARROW_RETURN_NOT_OK(chooser.Choose(*is_null, *expr.args[2]));
  ARROW_RETURN_NOT_OK(chooser.Otherwise(*expr.args[1]));
  return chooser.result();
}

// AND and OR: an argument that may fail is evaluated only where those before it leave the answer
// open.
Result<Datum> EvaluateLogic(const Expr& expr, const RecordBatch& input) {
  const bool is_and = expr.function == &plan::kAnd;
  ARROW_ASSIGN_OR_RAISE(Datum result, Evaluate(*expr.args[0], input));
  for (size_t i = 1; i < expr.args.size(); ++i) {
    Datum next;
    if (plan::MayFail(*expr.args[i])) {
      // Decided rows: false for AND, true for OR.
      ARROW_ASSIGN_OR_RAISE(Datum decided,
                            is_and ? arrow::compute::Invert(result) : Result<Datum>(result));
      ARROW_ASSIGN_OR_RAISE(Mask closed, ToMask(decided, input.num_rows()));
      ARROW_ASSIGN_OR_RAISE(Mask all, AllRows(input.num_rows()));
      ARROW_ASSIGN_OR_RAISE(Mask open, AndNot(all, closed));
      ARROW_ASSIGN_OR_RAISE(next, EvaluateWhere(*expr.args[i], input, open));
    } else {
      ARROW_ASSIGN_OR_RAISE(next, Evaluate(*expr.args[i], input));
    }
    ARROW_ASSIGN_OR_RAISE(result, is_and ? arrow::compute::KleeneAnd(result, next)
                                         : arrow::compute::KleeneOr(result, next));
  }
  return result;
}

// Says which expression makes too much text. Still a CapacityError: fewer rows may do.
Status LocateCapacityError(const Expr& expr, const Status& status) {
  if (!status.IsCapacityError() || !DiagnosticsOf(status).empty()) return status;
  const Status located = MakeError({sql::MakeDiagnostic(
      expr.at, "text is too long: " + status.message(), "make shorter texts, or fewer of them")});
  return {arrow::StatusCode::CapacityError, located.message(), located.detail()};
}

// The arguments of a kernel; all of them scalars means that one row is computed and spread.
Result<Datum> CallKernel(const Expr& expr, const RecordBatch& input, Kernel kernel) {
  std::vector<Datum> args;
  bool is_constant = true;
  for (const auto& arg : expr.args) {
    ARROW_ASSIGN_OR_RAISE(Datum value, Evaluate(*arg, input));
    is_constant = is_constant && value.is_scalar();
    args.push_back(std::move(value));
  }
  const KernelContext context{is_constant ? 1 : input.num_rows(), &expr};
  Result<Datum> computed = kernel(context, args);
  ARROW_RETURN_NOT_OK(LocateCapacityError(expr, computed.status()));
  Datum result = *std::move(computed);
  if (!is_constant || result.is_scalar()) return result;
  ARROW_ASSIGN_OR_RAISE(auto scalar, result.make_array()->GetScalar(0));
  return Datum(std::move(scalar));
}

Result<Datum> EvaluateField(const Expr& expr, const RecordBatch& input) {
  ARROW_ASSIGN_OR_RAISE(Datum value, Evaluate(*expr.args[0], input));
  if (value.is_scalar()) {
    if (!value.scalar()->is_valid) return Datum(arrow::MakeNullScalar(expr.type));
    return Datum(static_cast<const arrow::StructScalar&>(*value.scalar()).value[expr.field]);
  }
  const auto structs = std::static_pointer_cast<arrow::StructArray>(value.make_array());
  ARROW_ASSIGN_OR_RAISE(auto field, structs->GetFlattenedField(expr.field));
  return Datum(std::move(field));
}

Result<Datum> CastKernel(const KernelContext& context, const std::vector<Datum>& args) {
  return Cast(context, args[0]);
}

Result<Datum> EvaluateCall(const Expr& expr, const RecordBatch& input) {
  if (expr.function == &plan::kAnd || expr.function == &plan::kOr)
    return EvaluateLogic(expr, input);
  if (expr.function == &plan::kCoalesce) return EvaluateCoalesce(expr, input);
  if (expr.function == &plan::kIf) return EvaluateIf(expr, input);
  if (expr.function == &plan::kNvl2) return EvaluateNvl2(expr, input);
  Kernel kernel = FindKernel(*expr.function);
  if (kernel == nullptr)
    return Status::NotImplemented("no kernel for function ", expr.function->name);
  return CallKernel(expr, input, kernel);
}

}  // namespace

Result<Datum> Evaluate(const Expr& expr, const RecordBatch& input) {
  if (expr.kind == Expr::Kind::kColumn) return Datum(input.column(expr.column));
  if (expr.kind == Expr::Kind::kLiteral) return Datum(expr.literal);
  // A constant that fails, such as 1 / 0, fails only where there is a row.
  if (input.num_rows() == 0) return Datum(arrow::MakeNullScalar(expr.type));
  switch (expr.kind) {
    case Expr::Kind::kCase:
      return EvaluateCase(expr, input);
    case Expr::Kind::kField:
      return EvaluateField(expr, input);
    case Expr::Kind::kCast:
      return CallKernel(expr, input, CastKernel);
    default:
      return EvaluateCall(expr, input);
  }
}

namespace {

Result<std::shared_ptr<Array>> EvaluateAllRows(const Expr& expr, const RecordBatch& input) {
  Result<Datum> value = Evaluate(expr, input);
  if (value.ok()) value = Spread(*value, input.num_rows());
  ARROW_RETURN_NOT_OK(LocateCapacityError(expr, value.status()));
  return value->make_array();
}

}  // namespace

Result<std::shared_ptr<Array>> EvaluateToArray(const Expr& expr, const RecordBatch& input) {
  Result<std::shared_ptr<Array>> all = EvaluateAllRows(expr, input);
  const int64_t half = input.num_rows() / 2;
  if (!all.status().IsCapacityError() || half == 0 || !arrow::is_fixed_width(expr.type->id())) {
    return all;
  }
  // Texts on the way to the values take too much memory.
  ARROW_ASSIGN_OR_RAISE(auto first, EvaluateToArray(expr, *input.Slice(0, half)));
  ARROW_ASSIGN_OR_RAISE(auto second, EvaluateToArray(expr, *input.Slice(half)));
  return arrow::Concatenate({first, second});
}

Result<Batch> FilterRows(const Expr& predicate, const Batch& input) {
  ARROW_ASSIGN_OR_RAISE(const auto truth, EvaluateToArray(predicate, *input));
  ARROW_ASSIGN_OR_RAISE(Mask mask, ToMask(Datum(truth), input->num_rows()));
  const int64_t num_kept = mask->true_count();
  if (num_kept == input->num_rows()) return input;
  if (num_kept == 0) return input->Slice(0, 0);
  ARROW_ASSIGN_OR_RAISE(Datum kept, arrow::compute::Filter(Datum(input), Datum(mask)));
  return kept.record_batch();
}

}  // namespace tarn::local
