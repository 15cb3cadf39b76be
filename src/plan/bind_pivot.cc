#include <fmt/format.h>

#include <set>

#include "plan/bind_expr.h"
#include "plan/bind_query.h"
#include "plan/build_expr.h"
#include "plan/coercion.h"
#include "plan/column_name.h"
#include "plan/correlation.h"
#include "plan/functions.h"
#include "plan/known_functions.h"
#include "plan/node.h"
#include "values/spark_text.h"
#include "values/time_of_day.h"

// PIVOT: aggregates of the rows of each of some values, as columns.
namespace tarn::plan {
namespace {

// What CAST(literal AS STRING) gives; none where that is not known here.
std::optional<std::string> TextOf(const Expr& expr) {
  if (!IsLiteral(expr)) return std::nullopt;
  const arrow::Scalar& literal = *expr.literal;
  if (!literal.is_valid) return "null";
  switch (literal.type->id()) {
    case arrow::Type::STRING:
      return std::string(static_cast<const arrow::StringScalar&>(literal).view());
    case arrow::Type::DOUBLE:
      return SparkDoubleText(static_cast<const arrow::DoubleScalar&>(literal).value);
    case arrow::Type::FLOAT:
      return SparkFloatText(static_cast<const arrow::FloatScalar&>(literal).value);
    case arrow::Type::DATE32:
      return SparkDateText(static_cast<const arrow::Date32Scalar&>(literal).value);
    case arrow::Type::TIME64:
      return SparkTimeText(static_cast<const arrow::Time64Scalar&>(literal).value);
    case arrow::Type::BOOL:
      return static_cast<const arrow::BooleanScalar&>(literal).value ? "true" : "false";
    case arrow::Type::DECIMAL128:
      return SparkDecimalText(static_cast<const arrow::Decimal128Scalar&>(literal).value,
                              static_cast<const arrow::Decimal128Type&>(*literal.type).scale());
    default:
      break;
  }
  const std::optional<int64_t> whole = WholeNumberOf(expr);
  if (!whole) return std::nullopt;
  return std::to_string(*whole);
}

// The types of which Spark computes a value and its group before it makes columns of them: then
// there is NULL for a value without rows, of count too.
bool IsPivotedAfter(const arrow::DataType& type) {
  return IsNumeric(type) || type.id() == arrow::Type::BOOL;
}

// Columns of a value.
struct PivotValue {
  std::string name;
  ExprPtr condition;  // boolean, over the input, never NULL: rows of the value
};

class PivotBinder {
 public:
  PivotBinder(const sql::Pivot& pivot, const Relation& input, QueryBinder* queries,
              const sql::Location& at, Diagnostics* diagnostics)
      : pivot_(pivot), input_(input), queries_(queries), at_(at), diagnostics_(diagnostics) {
    calls_.input_width = input.node->schema->num_fields();
  }

  Relation Bind() {
    if (!BindColumns() || !BindAggregates() || !BindValues()) return UnknownRelation();
    return Assemble();
  }

 private:
  // An aggregate of the list: over the input and the calls behind it.
  struct Item {
    ExprPtr expr;
    std::string name;  // empty where it has none and needs none
  };

  ClauseRules Rules() const {
    ClauseRules rules;
    rules.clause = "PIVOT";
    rules.scope = &input_.scope;
    rules.queries = queries_;
    return rules;
  }

  bool BindColumns() {
    for (const std::string& name : pivot_.columns) {
      columns_.push_back(ResolveColumn(input_.scope, {{name}}, at_, "", diagnostics_));
      if (columns_.back() == nullptr) return false;
      if (!CheckOrderable(*columns_.back()->type, "PIVOT", at_, diagnostics_)) return false;
    }
    return true;
  }

  bool BindAggregates() {
    for (const sql::SelectItem& item : pivot_.aggregates) {
      ClauseRules rules = Rules();
      rules.calls = &calls_;
      const ExprPtr expr = ExprBinder(rules, diagnostics_).Bind(*item.expr);
      if (expr == nullptr) return false;
      if (!IsOfAggregates(*expr, item.expr->at)) return false;
      std::optional<std::string> name = item.alias;
      if (item.alias.empty() && pivot_.aggregates.size() > 1) name = NameOf(*item.expr);
      if (!name) {
        diagnostics_->Add(item.expr->at, "an aggregate of PIVOT has no name",
                          "give it a name with AS");
        return false;
      }
      items_.push_back({expr, *name});
      is_after_ = is_after_ && IsPivotedAfter(*expr->type);
    }
    return true;
  }

  bool IsOfAggregates(const Expr& expr, const sql::Location& at) const {
    std::vector<int> columns;
    CollectColumns(expr, &columns);
    const auto is_call = [&](int column) {
      const int call = column - calls_.input_width;
      return call >= 0 && std::holds_alternative<AggregateCall>(calls_.entries[call].call);
    };
    if (!columns.empty() && std::all_of(columns.begin(), columns.end(), is_call)) return true;
    diagnostics_->Add(at, "PIVOT needs aggregates", "write sum(x), or any_value(x)");
    return false;
  }

  std::optional<std::string> NameOf(const sql::Expr& expr) {
    ColumnNaming naming;
    naming.scope = &input_.scope;
    naming.zone = queries_->zone();
    naming.type_of = [&](const sql::Expr& part) -> std::shared_ptr<arrow::DataType> {
      CollectedCalls ignored_calls = calls_;
      ClauseRules rules = Rules();
      rules.calls = &ignored_calls;
      Diagnostics ignored;
      const ExprPtr bound = ExprBinder(rules, &ignored).Bind(part);
      return bound == nullptr ? nullptr : bound->type;
    };
    return ColumnNameOf(expr, naming);
  }

  bool BindValues() {
    const Scope no_columns;
    ClauseRules rules = Rules();
    rules.scope = &no_columns;
    for (const sql::SelectItem& item : pivot_.values) {
      const auto* row = std::get_if<sql::Call>(&item.expr->node);
      const bool is_row = columns_.size() > 1 && row != nullptr && row->name == "struct";
      const std::vector<sql::ExprPtr> parts = is_row ? row->args : std::vector{item.expr};
      if (parts.size() != columns_.size()) {
        diagnostics_->Add(
            item.expr->at,
            fmt::format("PIVOT by {} columns has a value of {}", columns_.size(), parts.size()),
            "write a value for each column: (a, b)");
        return false;
      }
      std::vector<ExprPtr> equalities;
      std::vector<std::string> texts;
      for (size_t i = 0; i < parts.size(); ++i) {
        ExprPtr value = ExprBinder(rules, diagnostics_).Bind(*parts[i]);
        if (value == nullptr) return false;
        if (const auto whole = WholeNumberOf(*value); whole && !IsLiteral(*value)) {
          value = CastTo(MakeLiteral(std::make_shared<arrow::Int64Scalar>(*whole)), value->type);
        }
        const std::optional<std::string> text = TextOf(*value);
        if (!IsLiteral(*value) || (!text && item.alias.empty())) return RefuseValue(*parts[i]);
        texts.push_back(text.value_or(""));
        if (!CanCast(*value->type, *columns_[i]->type)) return RefuseValue(*parts[i]);
        equalities.push_back(MakePredicate(
            kNullSafeEq, {columns_[i], CastTo(value, columns_[i]->type, parts[i]->at)}));
      }
      std::string name = item.alias;
      if (name.empty()) name = is_row ? fmt::format("{{{}}}", fmt::join(texts, ", ")) : texts[0];
      values_.push_back({std::move(name), JoinConjuncts(equalities)});
    }
    return true;
  }

  bool RefuseValue(const sql::Expr& value) const {
    diagnostics_->Add(value.at, "a value of PIVOT is no constant of its column's type",
                      "write a constant, with a name: 1 AS january");
    return false;
  }

  // By all columns that neither the aggregates nor the values read.
  void AddKeys(Relation* pivoted, Aggregate* aggregate, std::vector<std::string>* names) const {
    std::vector<int> read;
    for (const ExprPtr& column : columns_) CollectColumns(*column, &read);
    for (const CollectedCalls::Entry& entry : calls_.entries) {
      const auto& call = std::get<AggregateCall>(entry.call);
      for (const ExprPtr& arg : call.args) CollectColumns(*arg, &read);
      if (call.filter != nullptr) CollectColumns(*call.filter, &read);
    }
    const std::set<int> used(read.begin(), read.end());
    input_.scope.TakeAllAt(at_);
    for (const ScopeColumn& column : input_.scope.columns) {
      if (column.is_hidden()) continue;
      std::vector<int> of_column;
      if (column.expr != nullptr) CollectColumns(*column.expr, &of_column);
      const auto is_used = [&](int place) { return used.contains(place); };
      if (std::any_of(of_column.begin(), of_column.end(), is_used)) continue;
      pivoted->scope.columns.push_back(column);
      if (column.expr == nullptr) continue;
      CheckOrderable(*column.expr->type, "PIVOT", at_, diagnostics_);
      const ExprPtr key = column.expr;
      const auto place = static_cast<int>(aggregate->keys.size());
      pivoted->scope.columns.back().expr = MakeColumn(place, key->type, key->nullable);
      aggregate->keys.push_back(key);
      names->push_back(column.name);
    }
  }

  // `call` of the rows of `value` alone.
  AggregateCall CallOf(AggregateCall call, const PivotValue& value) const {
    const std::string_view name = call.function->name;
    // Spark gives these the values of other rows as NULLs.
    if (!is_after_ && name == "any_value" && !call.ignore_nulls) {
      const ExprPtr null = MakeLiteral(arrow::MakeNullScalar(call.args[0]->type));
      call.args[0] = MakeChoice(value.condition, call.args[0], null);
      return call;
    }
    if (!is_after_ && (name == "first" || name == "last")) call.ignore_nulls = true;
    call.filter = call.filter == nullptr ? value.condition
                                         : MakePredicate(kAnd, {value.condition, call.filter});
    return call;
  }

  // The calls, and last the number of the value's rows.
  void AddCalls(const PivotValue& value, Aggregate* aggregate,
                std::vector<std::string>* names) const {
    for (const CollectedCalls::Entry& entry : calls_.entries) {
      aggregate->calls.push_back(CallOf(std::get<AggregateCall>(entry.call), value));
      names->push_back(value.name);
    }
    AggregateCall count;
    count.function = &kCount;
    count.filter = value.condition;
    count.type = arrow::int64();
    count.nullable = false;
    aggregate->calls.push_back(std::move(count));
    names->push_back(value.name);
  }

  Relation Assemble() const {
    Relation pivoted{nullptr, {}};
    pivoted.scope.complete = input_.scope.complete;
    Aggregate aggregate;
    std::vector<std::string> names;
    AddKeys(&pivoted, &aggregate, &names);
    std::vector<ExprPtr> exprs;
    for (const ExprPtr& key : aggregate.keys) {
      exprs.push_back(MakeColumn(static_cast<int>(exprs.size()), key->type, key->nullable));
    }
    std::vector<std::string> outputs = names;
    for (const PivotValue& value : values_) {
      const auto first = static_cast<int>(names.size());
      AddCalls(value, &aggregate, &names);
      const auto count = static_cast<int>(names.size()) - 1;
      for (const Item& item : items_) {
        exprs.push_back(ValueOf(item, first, count));
        const bool is_only = items_.size() == 1;
        outputs.push_back(is_only ? value.name : fmt::format("{}_{}", value.name, item.name));
        pivoted.scope.columns.push_back({"", outputs.back(),
                                         MakeColumn(static_cast<int>(exprs.size()) - 1,
                                                    exprs.back()->type, exprs.back()->nullable)});
      }
    }
    pivoted.node = MakeProject(MakeAggregate(input_.node, std::move(aggregate), names),
                               std::move(exprs), outputs);
    return pivoted;
  }

  // `item` over the aggregate, where its calls begin at `first`.
  ExprPtr ValueOf(const Item& item, int first, int count) const {
    const ExprPtr value = ShiftColumns(item.expr, first - calls_.input_width);
    if (!is_after_) return value;
    const ExprPtr zero = MakeLiteral(std::make_shared<arrow::Int64Scalar>(0));
    const ExprPtr has_rows = MakePredicate(kGt, {MakeColumn(count, arrow::int64(), false), zero});
    return MakeChoice(has_rows, value, MakeLiteral(arrow::MakeNullScalar(value->type)));
  }

  const sql::Pivot& pivot_;
  const Relation& input_;
  QueryBinder* const queries_;
  const sql::Location& at_;
  Diagnostics* const diagnostics_;
  std::vector<ExprPtr> columns_;
  CollectedCalls calls_;
  std::vector<Item> items_;
  std::vector<PivotValue> values_;
  bool is_after_ = true;  // as IsPivotedAfter has it, of all aggregates
};

}  // namespace

Relation QueryBinder::BindTable(const sql::Pivot& pivot, const sql::TableRef& ref) {
  const Relation input = BindFrom(*pivot.input);
  return PivotBinder(pivot, input, this, ref.at, diagnostics_).Bind();
}

}  // namespace tarn::plan
