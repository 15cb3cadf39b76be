#include "plan/bind_generator.h"

#include <fmt/format.h>

#include "plan/bind_expr.h"
#include "plan/bind_query.h"
#include "plan/build_expr.h"
#include "plan/functions.h"
#include "plan/known_functions.h"
#include "plan/named_arguments.h"
#include "plan/node.h"

namespace tarn::plan {
namespace {

// Each is an expression of the plan.
constexpr int64_t kStackRowsMax = 10'000;

// The rows of stack as an ARRAY of STRUCTs.
ExprPtr MakeStack(const std::shared_ptr<arrow::DataType>& type, std::vector<ExprPtr> values,
                  int64_t num_rows, const sql::Location& at) {
  const std::shared_ptr<arrow::DataType>& row_type = type->field(0)->type();
  std::vector<ExprPtr> rows;
  size_t next = 0;
  for (int64_t row = 0; row < num_rows; ++row) {
    std::vector<ExprPtr> fields;
    for (const auto& field : row_type->fields()) {
      fields.push_back(MakeLiteral(std::make_shared<arrow::StringScalar>(field->name())));
      fields.push_back(next < values.size() ? values[next]
                                            : MakeLiteral(arrow::MakeNullScalar(field->type())));
      ++next;
    }
    rows.push_back(MakeCall(kNamedStruct, row_type, false, std::move(fields), at));
  }
  return MakeCall(*FindFunction("array"), type, false, std::move(rows), at);
}

}  // namespace

const sql::Call* GeneratorCallOf(const sql::Expr& expr) {
  const auto* call = std::get_if<sql::Call>(&expr.node);
  if (call == nullptr || call->over) return nullptr;
  const Function* function = FindFunction(call->name);
  const bool is_generator = function != nullptr && function->kind == FunctionKind::kGenerator;
  return is_generator ? call : nullptr;
}

std::vector<ExprPtr> OutputsOf(const BoundGenerator& generator, int first) {
  const NodePtr alone = MakeGenerate(MakeOneRow(), generator.generate, generator.generated);
  std::vector<ExprPtr> columns;
  for (const auto& field : alone->schema->fields()) {
    const int column = first + static_cast<int>(columns.size());
    columns.push_back(MakeColumn(column, field->type(), field->nullable()));
  }
  if (!generator.has_fields) return columns;
  std::vector<ExprPtr> fields;
  for (int i = 0; i < columns.back()->type->num_fields(); ++i) {
    fields.push_back(MakeField(columns.back(), i));
  }
  return fields;
}

std::optional<BoundGenerator> ExprBinder::BindGenerator(const sql::Call& call,
                                                        const sql::Location& at) {
  if (HasNamedArguments(call)) {
    const Result<sql::Call> ordered = InOrder(call, at);
    if (ordered.ok()) return BindGenerator(*ordered, at);
    diagnostics_->Add(at, ordered.status());
    return std::nullopt;
  }
  if (call.distinct || call.filter != nullptr || !call.within_group.empty()) {
    diagnostics_->Add(at, call.name + " is not an aggregate and takes no DISTINCT and no FILTER");
    return std::nullopt;
  }
  std::vector<ExprPtr> args;
  if (!BindAll(call.args, &args)) return std::nullopt;
  const bool is_stack = call.name == "stack";
  const bool is_tuple = call.name == "json_tuple";
  std::optional<int64_t> num_rows;
  if (is_stack && !args.empty()) num_rows = WholeNumberOf(*args[0]);
  if (num_rows && *num_rows > kStackRowsMax) {
    diagnostics_->Add(args[0]->at, fmt::format("stack makes more than {} rows", kStackRowsMax),
                      "use FROM range(n), or explode(sequence(1, n))");
    return std::nullopt;
  }
  if (num_rows) {
    args[0] = MakeLiteral(std::make_shared<arrow::Int32Scalar>(static_cast<int32_t>(*num_rows)),
                          args[0]->at);
  }
  const Result<ResolvedFunction> function = ResolveFunction(call.name, ArgumentsOf(args));
  if (!function.ok()) {
    diagnostics_->Add(at, function.status());
    return std::nullopt;
  }
  args = CastAll(args, function->arg_types);
  BoundGenerator bound;
  bound.generate.outer = call.name.ends_with("_outer");
  bound.generate.has_position = call.name.starts_with("pos");
  bound.generated = {is_stack || is_tuple ? "row" : "col"};
  if (function->type->id() == arrow::Type::MAP) bound.generated = {"key", "value"};
  if (bound.generate.has_position) bound.generated.insert(bound.generated.begin(), "pos");
  bound.names = bound.generated;
  bound.has_fields = is_stack || is_tuple || call.name.starts_with("inline");
  if (bound.has_fields) {
    bound.names.clear();
    for (const auto& field : function->type->field(0)->type()->fields()) {
      bound.names.push_back(field->name());
    }
  }
  if (is_stack) {
    args.erase(args.begin());
    bound.generate.collection = MakeStack(function->type, std::move(args), *num_rows, at);
  } else if (is_tuple) {
    bound.generate.collection =
        MakeCall(*function->function, function->type, function->nullable, std::move(args), at);
  } else {
    bound.generate.collection = args[0];
  }
  return bound;
}

}  // namespace tarn::plan
