#include <fmt/format.h>

#include "pipeline/pipeline.h"
#include "plan/bind_expr.h"
#include "plan/build_expr.h"
#include "plan/functions.h"
#include "plan/known_functions.h"
#include "plan/subquery.h"

// Elements, structs and lambda functions.
namespace tarn::plan {
namespace {

// The name that `expr` has as a field of a struct made of it; empty: none.
std::string FieldNameOf(const sql::Expr& expr) {
  if (const auto* column = std::get_if<sql::ColumnRef>(&expr.node)) return column->parts.back();
  if (const auto* field = std::get_if<sql::Field>(&expr.node)) return field->name;
  if (const auto* subscript = std::get_if<sql::Subscript>(&expr.node)) {
    const auto* key = std::get_if<sql::Literal>(&subscript->index->node);
    const bool is_name = key != nullptr && key->kind == sql::Literal::Kind::kString;
    if (is_name) return key->text;
  }
  return "";
}

std::string NameOfArgument(const sql::Call& call, size_t i) {
  if (i < call.arg_names.size() && !call.arg_names[i].empty()) return call.arg_names[i];
  return FieldNameOf(*call.args[i]);
}

// A name that is there twice; null: none.
const std::string* FindRepeated(const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      if (SameName(names[i], names[k])) return &names[i];
    }
  }
  return nullptr;
}

bool IsLambdaArgument(const Function& function, size_t position) {
  return position < 32 && (function.lambda_arguments >> position & 1) != 0;
}

}  // namespace

ExprPtr ExprBinder::BindNode(const sql::Subscript& subscript, const sql::Location& at) {
  ExprPtr value = Bind(*subscript.value);
  // `s['f']` is s.f.
  const auto* name = std::get_if<sql::Literal>(&subscript.index->node);
  const bool is_name = name != nullptr && name->kind == sql::Literal::Kind::kString;
  if (value != nullptr && is_name && HasFields(*value->type)) {
    return ResolveFields(value, {name->text}, 0, at, diagnostics_);
  }
  ExprPtr index = Bind(*subscript.index);
  if (value == nullptr || index == nullptr) return nullptr;
  return ResolveScalar("subscript", {value, index}, at);
}

// struct(a, b AS c) as named_struct('a', a, 'c', b).
ExprPtr ExprBinder::BindStruct(const sql::Call& call, const sql::Location& at) {
  std::vector<ExprPtr> args;
  bool valid = true;
  const auto add = [&](std::string name, ExprPtr value) {
    if (name.empty()) name = fmt::format("col{}", args.size() / 2 + 1);
    args.push_back(MakeLiteral(std::make_shared<arrow::StringScalar>(std::move(name)), at));
    args.push_back(std::move(value));
    valid = valid && args.back() != nullptr;
  };
  for (size_t i = 0; i < call.args.size(); ++i) {
    const auto* star = std::get_if<sql::Star>(&call.args[i]->node);
    if (star == nullptr) {
      add(NameOfArgument(call, i), Bind(*call.args[i]));
      continue;
    }
    const auto columns = ExpandStar(*rules_.scope, *star, call.args[i]->at, diagnostics_);
    valid = valid && !columns.empty();
    for (const ScopeColumn& column : columns) add(column.name, column.expr);
  }
  if (!valid) return nullptr;
  const char* const name = args.empty() ? "struct" : "named_struct";
  return ResolveScalar(name, std::move(args), at);
}

// Fields are named by the columns, else by number.
ExprPtr ExprBinder::BindArraysZip(const sql::Call& call, const sql::Location& at) {
  ExprPtr zipped = BindScalarCall(call, at);
  if (zipped == nullptr) return nullptr;
  arrow::FieldVector fields = zipped->type->field(0)->type()->fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    const std::string name = NameOfArgument(call, i);
    if (!name.empty()) fields[i] = fields[i]->WithName(name);
  }
  auto renamed = std::make_shared<Expr>(*zipped);
  renamed->type = arrow::list(arrow::struct_(fields));
  return renamed;
}

ExprPtr ExprBinder::BindNode(const sql::Lambda&, const sql::Location& at) {
  diagnostics_->Add(at, "a lambda function has no meaning here",
                    "it is an argument of transform, filter, aggregate and their like");
  return nullptr;
}

ExprPtr ExprBinder::BindParameter(const sql::ColumnRef& ref, const sql::Location& at, bool* found) {
  int level = 0;
  for (const LambdaScope* lambda = lambda_; lambda != nullptr; lambda = lambda->outer, ++level) {
    for (size_t i = 0; i < lambda->names.size(); ++i) {
      if (!SameName(lambda->names[i], ref.parts[0])) continue;
      *found = true;
      const Argument& parameter = lambda->parameters[i];
      return ResolveFields(
          MakeParameter(level, static_cast<int>(i), parameter.type, parameter.nullable, at),
          ref.parts, 1, at, diagnostics_);
    }
  }
  return nullptr;
}

// The lambda that is argument `position`; an expression there is one without parameters.
ExprPtr ExprBinder::BindLambda(const Function& function, const Arguments& before,
                               const sql::Expr& expr) {
  const auto* written = std::get_if<sql::Lambda>(&expr.node);
  LambdaScope scope;
  scope.outer = lambda_;
  if (written != nullptr) scope.names = written->parameters;
  if (const std::string* twice = FindRepeated(scope.names)) {
    diagnostics_->Add(expr.at, "a lambda has two parameters of the same name: " + *twice,
                      "give them different names");
    return nullptr;
  }
  Result<Arguments> parameters =
      function.lambda_parameters(before, before.size(), scope.names.size());
  if (!parameters.ok()) {
    diagnostics_->Add(expr.at, parameters.status().message() + ": " + std::string(function.name),
                      "write " + std::string(function.signature));
    return nullptr;
  }
  scope.parameters = *std::move(parameters);
  ExprBinder inner = *this;
  inner.lambda_ = &scope;
  ExprPtr body = inner.Bind(written != nullptr ? *written->body : expr);
  if (body == nullptr) return nullptr;
  return MakeLambda(std::move(body), static_cast<int>(scope.names.size()), expr.at);
}

ExprPtr ExprBinder::BindLambdaCall(const Function& function, const sql::Call& call,
                                   const sql::Location& at) {
  std::vector<ExprPtr> args;
  for (size_t i = 0; i < call.args.size(); ++i) {
    args.push_back(IsLambdaArgument(function, i)
                       ? BindLambda(function, ArgumentsOf(args), *call.args[i])
                       : Bind(*call.args[i]));
    if (args.back() == nullptr) return nullptr;
    if (!HasSubquery(*args.back())) continue;
    diagnostics_->Add(
        call.args[i]->at, "a subquery in an argument of " + call.name,
        "Spark takes none there; give its value a name in FROM (SELECT …), and use that");
    return nullptr;
  }
  return ResolveScalar(call.name, std::move(args), at);
}

}  // namespace tarn::plan
