#include <fmt/format.h>

#include <set>

#include "pipeline/pipeline.h"
#include "plan/bind_generator.h"
#include "plan/bind_query.h"
#include "plan/build_expr.h"
#include "plan/coercion.h"
#include "plan/functions.h"
#include "plan/known_functions.h"
#include "plan/node.h"

// UNPIVOT: a row for each of some sets of columns.
namespace tarn::plan {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

// The name of a set that has none from AS.
std::string NameOfSet(const sql::Unpivot::ColumnSet& set) {
  std::vector<std::string> names;
  for (const std::vector<std::string>& column : set.columns) names.push_back(column.back());
  return set.alias.empty() ? fmt::format("{}", fmt::join(names, "_")) : set.alias;
}

ExprPtr MakeText(const std::string& text) {
  return MakeLiteral(std::make_shared<arrow::StringScalar>(text));
}

// The sets' columns and types, over the input.
class UnpivotedColumns {
 public:
  UnpivotedColumns(const sql::Unpivot& unpivot, const Relation& input, const sql::Location& at,
                   Diagnostics* diagnostics)
      : unpivot_(unpivot),
        input_(input),
        at_(at),
        diagnostics_(diagnostics),
        types_(unpivot.value_columns.size(), arrow::null()) {}

  // \return false after an error
  bool Bind() {
    for (const sql::Unpivot::ColumnSet& set : unpivot_.sets) {
      if (set.columns.size() != types_.size()) {
        diagnostics_->Add(at_,
                          fmt::format("UNPIVOT has {} columns for {} names: {}", set.columns.size(),
                                      types_.size(), NameOfSet(set)),
                          "give each set of columns a name for each column");
        return false;
      }
      std::vector<ExprPtr>& row = rows_.emplace_back();
      for (size_t i = 0; i < types_.size(); ++i) {
        row.push_back(BindColumn(set.columns[i], &types_[i]));
        if (row.back() == nullptr) return false;
      }
    }
    return true;
  }

  // An ARRAY of a STRUCT for each set: its name, and its values.
  ExprPtr Rows() const {
    arrow::FieldVector fields = {arrow::field(unpivot_.name_column, arrow::utf8())};
    for (size_t i = 0; i < types_.size(); ++i) {
      fields.push_back(arrow::field(unpivot_.value_columns[i], types_[i]));
    }
    const TypePtr type = arrow::struct_(fields);
    std::vector<ExprPtr> structs;
    for (size_t row = 0; row < rows_.size(); ++row) {
      std::vector<ExprPtr> args = {MakeText(fields[0]->name()),
                                   MakeText(NameOfSet(unpivot_.sets[row]))};
      for (size_t i = 0; i < types_.size(); ++i) {
        args.push_back(MakeText(fields[i + 1]->name()));
        args.push_back(CastTo(rows_[row][i], types_[i], at_));
      }
      structs.push_back(MakeCall(kNamedStruct, type, false, std::move(args), at_));
    }
    return MakeCall(*FindFunction("array"), arrow::list(type), false, std::move(structs), at_);
  }

  // Whether `column` is in one of the sets.
  bool Has(const ScopeColumn& column) const {
    return column.expr != nullptr && IsColumn(*column.expr) && used_.contains(column.expr->column);
  }

 private:
  ExprPtr BindColumn(const std::vector<std::string>& parts, TypePtr* type) {
    const ExprPtr column = ResolveColumn(input_.scope, {parts}, at_, "", diagnostics_);
    if (column == nullptr) return nullptr;
    if (!IsColumn(*column)) {
      diagnostics_->Add(at_, fmt::format("UNPIVOT needs columns: {}", fmt::join(parts, ".")),
                        "select the value under a name in a subquery");
      return nullptr;
    }
    const TypePtr common = WiderType(*type, column->type, Widening::kWithoutText);
    if (common == nullptr) {
      diagnostics_->Add(
          at_,
          fmt::format("UNPIVOT of different types: {} is {}, others are {}", fmt::join(parts, "."),
                      pipeline::DdlOf(*column->type), pipeline::DdlOf(**type)),
          "CAST them to one type in a subquery");
      return nullptr;
    }
    *type = common;
    used_.insert(column->column);
    return column;
  }

  const sql::Unpivot& unpivot_;
  const Relation& input_;
  const sql::Location& at_;
  Diagnostics* const diagnostics_;
  std::vector<TypePtr> types_;  // by value column
  std::vector<std::vector<ExprPtr>> rows_;
  std::set<int> used_;
};

}  // namespace

Relation QueryBinder::BindTable(const sql::Unpivot& unpivot, const sql::TableRef& ref) {
  Relation input = BindFrom(*unpivot.input);
  UnpivotedColumns columns(unpivot, input, ref.at, diagnostics_);
  if (!columns.Bind()) return UnknownRelation();
  BoundGenerator generator{{columns.Rows()}, {"row"}, {}, true};
  const std::vector<ExprPtr> outputs = OutputsOf(generator, input.node->schema->num_fields());
  Relation unpivoted{MakeGenerate(input.node, generator.generate, generator.generated), {}};
  unpivoted.scope.complete = input.scope.complete;
  input.scope.TakeAllAt(ref.at);
  for (ScopeColumn& column : input.scope.columns) {
    if (!column.is_hidden() && !columns.Has(column))
      unpivoted.scope.columns.push_back(std::move(column));
  }
  std::vector<ExprPtr> has_value;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const bool is_name = i == 0;
    const std::string& name = is_name ? unpivot.name_column : unpivot.value_columns[i - 1];
    unpivoted.scope.columns.push_back({"", name, outputs[i]});
    if (!is_name) {
      has_value.push_back(MakePredicate(kNot, {MakePredicate(kIsNull, {outputs[i]})}));
    }
  }
  if (!unpivot.include_nulls) {
    unpivoted.node = MakeFilter(unpivoted.node, {JoinDisjuncts(has_value)});
  }
  return unpivoted;
}

}  // namespace tarn::plan
