#include <fmt/format.h>

#include <utility>

#include "base/did_you_mean.h"
#include "pipeline/pipeline.h"
#include "plan/bind_expr.h"
#include "plan/bind_query.h"
#include "plan/build_expr.h"
#include "plan/file_columns.h"
#include "plan/functions.h"
#include "plan/known_functions.h"
#include "plan/node.h"
#include "plan/visit_exprs.h"

namespace tarn::plan {
namespace {

// Every pass over a plan takes time and memory for each of them.
constexpr int32_t kOperatorsMax = 2000;

Join::Kind KindOf(sql::JoinKind kind) {
  switch (kind) {
    case sql::JoinKind::kLeft:
      return Join::Kind::kLeft;
    case sql::JoinKind::kRight:
      return Join::Kind::kRight;
    case sql::JoinKind::kFull:
      return Join::Kind::kFull;
    case sql::JoinKind::kLeftSemi:
      return Join::Kind::kLeftSemi;
    case sql::JoinKind::kLeftAnti:
      return Join::Kind::kLeftAnti;
    default:
      break;
  }
  return Join::Kind::kInner;
}

// What SQL calls each column of `scope`'s relation.
std::vector<std::string> NamesOf(const Scope& scope, int num_columns) {
  std::vector<std::string> names(num_columns);
  for (const ScopeColumn& column : scope.columns) {
    if (column.expr != nullptr && IsColumn(*column.expr) && !column.qualifier.empty()) {
      names[column.expr->column] = column.qualifier + "." + column.name;
    }
  }
  return names;
}

// A join may make its columns nullable.
void TakeNullability(const arrow::Schema& schema, Scope* scope) {
  for (ScopeColumn& column : scope->columns) {
    if (column.expr == nullptr) continue;
    column.expr = ReplaceColumns(
        column.expr, [&](const ExprPtr& input) { return MakeColumn(schema, input->column); });
    if (IsColumn(*column.expr)) continue;
    auto copy = std::make_shared<Expr>(*column.expr);
    copy->nullable = std::any_of(copy->args.begin(), copy->args.end(),
                                 [](const ExprPtr& arg) { return arg->nullable; });
    column.expr = copy;
  }
}

// After a join that only asks for matches.
void DropRightColumns(int left_width, Scope* scope) {
  std::erase_if(scope->columns, [&](const ScopeColumn& column) {
    std::vector<int> columns;
    if (column.expr != nullptr) CollectColumns(*column.expr, &columns);
    return std::any_of(columns.begin(), columns.end(),
                       [&](int place) { return place >= left_width; });
  });
}

// Subqueries of ON that Spark refuses.
void CheckSubqueriesOfOn(const Expr& condition, int left_width, Diagnostics* diagnostics) {
  VisitExpr(condition, [&](const Expr& expr) {
    if (expr.kind != Expr::Kind::kSubquery) return;
    bool reads_left = false, reads_right = false;
    for (size_t i = 0; i + expr.subquery->num_values < expr.args.size(); ++i) {
      std::vector<int> columns;
      CollectColumns(*expr.args[i], &columns);
      for (const int column : columns) (column < left_width ? reads_left : reads_right) = true;
    }
    if (!reads_left || !reads_right) return;
    diagnostics->Add(expr.at, "a subquery in ON names columns of both sides of the join",
                     "put the condition into WHERE");
  });
}

// The column that USING names on one side; null with an error when there is not exactly one.
ScopeColumn* FindUsingColumn(Scope* scope, const std::string& name, const char* side,
                             const sql::Location& at, Diagnostics* diagnostics) {
  std::vector<ScopeColumn*> found;
  for (ScopeColumn& column : scope->columns) {
    const bool is_shown = !column.merged_away && !column.is_hidden();
    if (is_shown && SameName(column.name, name)) found.push_back(&column);
  }
  if (found.size() == 1) return found[0];
  if (found.size() > 1) {
    diagnostics->Add(at, fmt::format("USING column is ambiguous on the {} side: {}", side, name),
                     "write the condition with ON");
  } else if (scope->complete) {
    std::vector<std::string> names;
    for (const ScopeColumn& column : scope->columns) names.push_back(column.name);
    diagnostics->Add(at, fmt::format("USING column is unknown on the {} side: {}", side, name),
                     DidYouMean(name, names));
  }
  return nullptr;
}

// The names that both sides have, as the left one writes them.
std::vector<std::string> CommonNames(const Scope& left, const Scope& right) {
  std::vector<std::string> names;
  for (const ScopeColumn& column : left.columns) {
    const auto is_same = [&](const ScopeColumn& other) {
      return !other.merged_away && !other.is_hidden() && SameName(other.name, column.name);
    };
    const bool is_common = std::any_of(right.columns.begin(), right.columns.end(), is_same);
    if (!column.merged_away && !column.is_hidden() && is_common) names.push_back(column.name);
  }
  return names;
}

// A source's rows with the columns of its files, where it has no column of the name itself.
void AddFileColumns(const std::string& qualifier, Relation* relation) {
  const Scan* scan = As<Scan>(*relation->node);
  if (scan == nullptr) return;
  const int width = relation->node->schema->num_fields();
  arrow::FieldVector fields = relation->node->schema->fields();
  std::vector<int> columns = scan->columns;
  const bool has_name = std::any_of(fields.begin(), fields.end(), [](const auto& field) {
    return SameName(field->name(), FieldOfFile(FileColumn::kMetadata)->name());
  });
  if (has_name) return;
  for (const FileColumn column : {FileColumn::kMetadata, FileColumn::kInputFile}) {
    columns.push_back(width + static_cast<int>(column));
    fields.push_back(FieldOfFile(column));
  }
  relation->node = MakeScan(scan->source, std::move(columns), arrow::schema(std::move(fields)));
  const auto add = [&](FileColumn column, OfFile of_file, const std::string& name) {
    const ExprPtr expr = MakeColumn(*relation->node->schema, width + static_cast<int>(column));
    relation->scope.columns.push_back({qualifier, name, expr, false, of_file});
  };
  add(FileColumn::kMetadata, OfFile::kMetadata, FieldOfFile(FileColumn::kMetadata)->name());
  add(FileColumn::kInputFile, OfFile::kInputFile, "");
}

void MarkJoined(Scope* scope) {
  for (ScopeColumn& column : scope->columns) {
    if (column.of_file == OfFile::kInputFile) column.of_file = OfFile::kInputFileOfJoin;
  }
}

// What the name of a USING column means after the join.
ExprPtr MergeColumns(sql::JoinKind kind, const ExprPtr& left, const ExprPtr& right,
                     const std::shared_ptr<arrow::DataType>& type) {
  if (kind == sql::JoinKind::kRight) return right;
  if (kind != sql::JoinKind::kFull) return left;
  return MakeCall(kCoalesce, type, true, {CastTo(left, type), CastTo(right, type)});
}

}  // namespace

Relation UnknownRelation() {
  Relation unknown{MakeOneRow(), {}};
  unknown.scope.complete = false;
  return unknown;
}

Relation QueryBinder::BindFrom(const sql::TableRef& ref) {
  Relation relation = std::visit([&](const auto& node) { return BindTable(node, ref); }, ref.node);
  if (IsTooLarge(*relation.node, ref.at)) relation = UnknownRelation();
  if (ref.sample) ApplySample(*ref.sample, ref.at, &relation);
  // Those of a LATERAL VIEW are of its own columns alone.
  if (!std::holds_alternative<sql::LateralView>(ref.node)) {
    ApplyColumnAliases(ref, &relation.scope);
  }
  return relation;
}

// A query of WITH is computed wherever it is used: one that uses the one before twice doubles it.
bool QueryBinder::IsTooLarge(const Node& node, const sql::Location& at) {
  if (node.num_operators + num_subquery_operators_ <= kOperatorsMax) return false;
  if (!too_large_) {
    diagnostics_->Add(at,
                      fmt::format("the query is too large: more than {} operators, what WITH "
                                  "defines counted wherever it is used",
                                  kOperatorsMax),
                      "give what is used often a SQL file, and so a table, of its own");
  }
  too_large_ = true;
  return true;
}

void QueryBinder::ApplyColumnAliases(const sql::TableRef& ref, Scope* scope) {
  if (!ref.alias.empty()) {
    for (ScopeColumn& column : scope->columns) column.qualifier = ref.alias;
  }
  if (ref.column_aliases.empty() || !scope->complete) return;
  const auto is_hidden = [](const ScopeColumn& column) { return column.is_hidden(); };
  if (std::erase_if(scope->columns, is_hidden) > 0) scope->TakeAllAt(ref.at);
  if (ref.column_aliases.size() != scope->columns.size()) {
    diagnostics_->Add(ref.at,
                      fmt::format("{} column names for a table of {} columns: {}",
                                  ref.column_aliases.size(), scope->columns.size(), ref.alias),
                      "name all of them or none");
    scope->complete = false;
    return;
  }
  for (size_t i = 0; i < scope->columns.size(); ++i) {
    scope->columns[i].name = ref.column_aliases[i];
  }
}

Relation QueryBinder::BindTable(const sql::NamedTable& table, const sql::TableRef& ref) {
  for (auto common = common_tables_.rbegin(); common != common_tables_.rend(); ++common) {
    const bool is_files = !table.format.empty();
    if (is_files || !SameName(common->first, table.name)) continue;
    num_subquery_operators_ += common->second.num_subquery_operators;
    return MakeRelation(common->second, table.name);
  }
  if (std::optional<BoundQuery> found = catalog_.Find(table)) {
    Relation relation = MakeRelation(*found, table.name);
    if (ref.at.text == nullptr || !MayReadFiles(*ref.at.text)) return relation;
    AddFileColumns(table.name, &relation);
    relation.scope.all_but_file_columns = &all_but_file_columns_;
    return relation;
  }
  const std::vector<std::string> names = catalog_.Names();
  diagnostics_->Add(
      ref.at, "unknown source or table: " + table.name,
      DidYouMean(table.name, names, fmt::format("known are {}", fmt::join(names, ", "))));
  return UnknownRelation();
}

Relation QueryBinder::BindTable(const sql::Subquery& subquery, const sql::TableRef& ref) {
  return MakeRelation(Bind(*subquery.query), ref.alias);
}

Relation QueryBinder::BindTable(const sql::Join& join, const sql::TableRef& ref) {
  Relation left = BindFrom(*join.left);
  if (join.right->lateral) {
    const auto* function = std::get_if<sql::TableFunction>(&join.right->node);
    const bool is_generator = function != nullptr && GeneratorCallOf(*function->call) != nullptr;
    return is_generator ? BindLateralGenerator(join, left) : BindLateral(join, left);
  }
  Relation right = BindFrom(*join.right);
  if (join.natural) {
    sql::Join by_names = join;
    by_names.natural = false;
    by_names.using_columns = CommonNames(left.scope, right.scope);
    if (right.scope.all_but_file_columns != nullptr) left.scope.TakeAllAt(ref.at);
    return BindJoin(by_names, ref, std::move(left), std::move(right));
  }
  return BindJoin(join, ref, std::move(left), std::move(right));
}

Relation QueryBinder::BindJoin(const sql::Join& join, const sql::TableRef& ref, Relation left,
                               Relation right) {
  int left_width = left.node->schema->num_fields();
  std::vector<ScopeColumn> merged;
  Join bound = BindUsing(join, ref.at, left_width, &left.scope, &right.scope, &merged);
  bound.kind = KindOf(join.kind);

  Scope scope;
  scope.complete = left.scope.complete && right.scope.complete;
  scope.all_but_file_columns = left.scope.all_but_file_columns != nullptr
                                   ? left.scope.all_but_file_columns
                                   : right.scope.all_but_file_columns;
  scope.columns = std::move(merged);
  for (ScopeColumn& column : left.scope.columns) scope.columns.push_back(std::move(column));
  for (ScopeColumn& column : right.scope.columns) {
    if (column.expr != nullptr) column.expr = ShiftColumns(column.expr, left_width);
    scope.columns.push_back(std::move(column));
  }
  bound.residual = BindOn(join, scope, left_width);
  bound.column_names = NamesOf(scope, left_width + right.node->schema->num_fields());
  const bool is_existence = bound.is_existence();
  Relation joined{MakeJoin(left.node, right.node, std::move(bound)), {}};
  if (is_existence) DropRightColumns(left_width, &scope);
  TakeNullability(*joined.node->schema, &scope);
  MarkJoined(&scope);
  joined.scope = std::move(scope);
  return joined;
}

ExprPtr QueryBinder::BindOn(const sql::Join& join, const Scope& scope, int left_width) {
  if (join.on == nullptr) return nullptr;
  ClauseRules rules;
  rules.clause = "ON";
  rules.scope = &scope;
  rules.queries = this;
  rules.subqueries = SubqueryRule::kNoValueOfRow;
  ExprPtr condition = ExprBinder(rules, diagnostics_).BindCondition(*join.on);
  if (condition != nullptr) CheckSubqueriesOfOn(*condition, left_width, diagnostics_);
  return condition;
}

// The right side is bound, and computed, for each row of the left one.
Relation QueryBinder::BindLateral(const sql::Join& join, const Relation& left) {
  const sql::Location& at = join.right->at;
  const bool is_left = join.kind == sql::JoinKind::kLeft;
  const bool is_inner = join.kind == sql::JoinKind::kInner || join.kind == sql::JoinKind::kCross;
  if ((!is_left && !is_inner) || !join.using_columns.empty() || join.natural) {
    diagnostics_->Add(at, "LATERAL with this kind of join",
                      "write JOIN LATERAL, LEFT JOIN LATERAL or CROSS JOIN LATERAL, with ON");
    return UnknownRelation();
  }
  ClauseRules rules;
  rules.clause = "LATERAL";
  rules.scope = &left.scope;
  ExprBinder binder(rules, diagnostics_);
  LateralQuery query;
  query.at = at;
  const Outer around = std::exchange(outer_, {&binder, &query.outer});
  const Relation right = BindFrom(*join.right);
  outer_ = around;
  query.node = right.node;

  const int left_width = left.node->schema->num_fields();
  Relation joined{nullptr, left.scope};
  joined.scope.complete = left.scope.complete && right.scope.complete;
  if (joined.scope.all_but_file_columns == nullptr) {
    joined.scope.all_but_file_columns = right.scope.all_but_file_columns;
  }
  for (ScopeColumn column : right.scope.columns) {
    if (column.expr != nullptr) column.expr = ShiftColumns(column.expr, left_width);
    joined.scope.columns.push_back(std::move(column));
  }
  const ExprPtr on = BindOn(join, joined.scope, left_width);
  if (on != nullptr && HasSubquery(*on)) {
    diagnostics_->Add(on->at, "a subquery in the ON of a LATERAL join",
                      "put the condition into WHERE");
    return UnknownRelation();
  }
  joined.node = JoinLateral(left.node, query, is_left ? Join::Kind::kLeft : Join::Kind::kInner, on,
                            diagnostics_);
  if (joined.node == nullptr) return UnknownRelation();
  TakeNullability(*joined.node->schema, &joined.scope);
  MarkJoined(&joined.scope);
  return joined;
}

Join QueryBinder::BindUsing(const sql::Join& join, const sql::Location& at, int left_width,
                            Scope* left, Scope* right, std::vector<ScopeColumn>* merged) {
  Join keys;
  for (const std::string& name : join.using_columns) {
    ScopeColumn* left_column = FindUsingColumn(left, name, "left", at, diagnostics_);
    ScopeColumn* right_column = FindUsingColumn(right, name, "right", at, diagnostics_);
    if (left_column != nullptr) left_column->merged_away = true;
    if (right_column != nullptr) right_column->merged_away = true;
    if (left_column == nullptr || right_column == nullptr) {
      merged->push_back({"", name, nullptr});
      continue;
    }
    const ExprPtr &left_expr = left_column->expr, &right_expr = right_column->expr;
    merged->push_back({"", left_column->name, nullptr});
    if (left_expr == nullptr || right_expr == nullptr) continue;
    std::shared_ptr<arrow::DataType> type = CommonType(left_expr->type, right_expr->type);
    if (type == nullptr) {
      diagnostics_->Add(
          at,
          fmt::format("USING column has different types: {} is {} and {}", name,
                      pipeline::DdlOf(*left_expr->type), pipeline::DdlOf(*right_expr->type)),
          "write the condition with ON and CAST one side");
      continue;
    }
    if (!CheckOrderable(*type, "USING", at, diagnostics_)) continue;
    merged->back().expr =
        MergeColumns(join.kind, left_expr, ShiftColumns(right_expr, left_width), type);
    keys.left_keys.push_back(CastTo(left_expr, type, at));
    keys.right_keys.push_back(CastTo(right_expr, type, at));
    keys.null_safe.push_back(false);
  }
  return keys;
}

}  // namespace tarn::plan
