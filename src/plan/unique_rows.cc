#include "plan/unique_rows.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"
#include "plan/build_expr.h"
#include "plan/node.h"
#include "plan/scope.h"

namespace tarn::plan {
namespace {

using Columns = std::set<int>;

// A join asks twice of each side.
constexpr int kNodesMax = 1'000;

// The columns that `exprs` are; none when one of them is no column.
std::optional<Columns> AllColumns(const std::vector<ExprPtr>& exprs) {
  Columns columns;
  for (const ExprPtr& expr : exprs) {
    if (!IsColumn(*expr)) return std::nullopt;
    columns.insert(expr->column);
  }
  return columns;
}

// Of an operator's output `columns`, column i being exprs[i]: those of its input that they are.
Columns InputColumns(const Columns& columns, const std::vector<ExprPtr>& exprs) {
  Columns below;
  for (const int column : columns) {
    if (column >= static_cast<int>(exprs.size())) continue;
    if (IsColumn(*exprs[column])) below.insert(exprs[column]->column);
  }
  return below;
}

bool IncludesAll(const Columns& columns, const std::vector<ExprPtr>& exprs) {
  const std::optional<Columns> all = AllColumns(exprs);
  return all && std::includes(columns.begin(), columns.end(), all->begin(), all->end());
}

class UniqueRows {
 public:
  explicit UniqueRows(const Plan* plan) : plan_(plan) {}

  bool Of(const Node& node, const Columns& columns) {
    if (++num_nodes_ > kNodesMax) return false;
    return std::visit([&](const auto& op) { return OfOp(op, node, columns); }, node.op);
  }

 private:
  bool OfOp(const Scan&, const Node&, const Columns&) { return false; }
  bool OfOp(const UnionAll&, const Node&, const Columns&) { return false; }
  bool OfOp(const OneRow&, const Node&, const Columns&) { return true; }
  bool OfOp(const Range& range, const Node&, const Columns& columns) {
    return range.num_rows <= 1 || columns.contains(0);
  }

  bool OfOp(const TableInput& input, const Node& node, const Columns& columns) {
    if (plan_ == nullptr) return false;
    const std::vector<std::string>& key = plan_->tables[input.table].table->key;
    const auto is_among_them = [&](const std::string& name) {
      return std::any_of(columns.begin(), columns.end(), [&](int column) {
        return SameName(name, node.schema->field(column)->name());
      });
    };
    return !key.empty() && std::all_of(key.begin(), key.end(), is_among_them);
  }

  bool OfOp(const Filter&, const Node& node, const Columns& columns) {
    return Of(*node.inputs[0], columns);
  }
  bool OfOp(const Sort& sort, const Node& node, const Columns& columns) {
    return sort.limit == 1 || Of(*node.inputs[0], columns);
  }
  bool OfOp(const Limit& limit, const Node& node, const Columns& columns) {
    return limit.num_rows <= 1 || Of(*node.inputs[0], columns);
  }
  bool OfOp(const Project& project, const Node& node, const Columns& columns) {
    return Of(*node.inputs[0], InputColumns(columns, project.exprs));
  }

  bool OfOp(const Aggregate& aggregate, const Node& node, const Columns& columns) {
    bool has_all_keys = true;
    for (int key = 0; key < static_cast<int>(aggregate.keys.size()); ++key) {
      has_all_keys = has_all_keys && columns.contains(key);
    }
    return has_all_keys || Of(*node.inputs[0], InputColumns(columns, aggregate.keys));
  }

  // The position tells rows made of one row apart.
  bool OfOp(const Generate& generate, const Node& node, const Columns& columns) {
    const int input_width = node.inputs[0]->schema->num_fields();
    return generate.has_position && columns.contains(input_width) &&
           Of(*node.inputs[0], Columns(columns.begin(), columns.lower_bound(input_width)));
  }

  bool OfOp(const TopRow& top, const Node& node, const Columns& columns) {
    return IncludesAll(columns, top.partition_by) || Of(*node.inputs[0], columns);
  }

  bool OfOp(const Window&, const Node& node, const Columns& columns) {
    const int input_width = node.inputs[0]->schema->num_fields();
    return Of(*node.inputs[0], Columns(columns.begin(), columns.lower_bound(input_width)));
  }

  bool OfOp(const RowNumber& numbered, const Node& node, const Columns& columns) {
    const int number = node.schema->num_fields() - 1;
    Columns others = columns;
    const bool has_number = others.erase(number) > 0;
    return (has_number && IncludesAll(others, numbered.partition_by)) ||
           Of(*node.inputs[0], others);
  }

  bool OfOp(const Join& join, const Node& node, const Columns& columns) {
    const int left_width = node.inputs[0]->schema->num_fields();
    if (join.is_right_existence()) return Of(*node.inputs[1], columns);
    Columns left, right;
    for (const int column : columns) {
      column < left_width ? left.insert(column) : right.insert(column - left_width);
    }
    const bool left_is_unique = Of(*node.inputs[0], left);
    if (join.is_existence()) return left_is_unique;
    if (join.kind == Join::Kind::kLeftSingle && left_is_unique) return true;
    const bool right_is_unique = Of(*node.inputs[1], right);
    // Of FULL, a row of each side may be the only one, filled up to the same row of NULLs.
    if (left_is_unique && right_is_unique) return join.kind != Join::Kind::kFull;
    // A row that meets one of the other side at most is not repeated.
    return (left_is_unique && !join.keeps_right() && IsUnique(node, 1, join.right_keys)) ||
           (right_is_unique && !join.keeps_left() && IsUnique(node, 0, join.left_keys));
  }

  bool IsUnique(const Node& join, int side, const std::vector<ExprPtr>& keys) {
    Columns columns;
    for (const ExprPtr& key : keys) {
      if (IsColumn(*key)) columns.insert(key->column);
    }
    return Of(*join.inputs[side], columns);
  }

  const Plan* const plan_;
  int num_nodes_ = 0;
};

}  // namespace

bool IsUnique(const Node& node, const std::set<int>& columns, const Plan* plan) {
  return UniqueRows(plan).Of(node, columns);
}

std::vector<int> KeyColumns(const TablePlan& table) {
  std::vector<int> columns;
  const arrow::FieldVector& fields = table.root->schema->fields();
  for (const std::string& name : table.table->key) {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& field) {
      return SameName(field->name(), name);
    });
    columns.push_back(static_cast<int>(found - fields.begin()));
  }
  return columns;
}

bool KeyMayRepeat(const TablePlan& table) {
  const std::vector<int> key = KeyColumns(table);
  if (table.has_unique_key) return false;
  return !key.empty() && !IsUnique(*table.root, {key.begin(), key.end()}, nullptr);
}

bool IgnoresRepeats(const Aggregate& aggregate) {
  return std::all_of(aggregate.calls.begin(), aggregate.calls.end(), [](const AggregateCall& call) {
    // With a second argument it takes one of several rows; which one, repeats may decide.
    return call.distinct || (call.function->traits.ignores_repeats && call.args.size() == 1);
  });
}

}  // namespace tarn::plan
