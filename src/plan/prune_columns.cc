#include <set>

#include "plan/build_expr.h"
#include "plan/node.h"
#include "plan/optimize.h"
#include "plan/visit_exprs.h"

namespace tarn::plan {
namespace {

using Columns = std::set<int>;

// A node that still has the columns asked for; others may be there too.
struct Pruned {
  NodePtr node;
  std::vector<int> mapping;  ///< old column to new one; -1: gone
};

Pruned Prune(const NodePtr& node, const Columns& needed);

void AddColumns(const ExprPtr& expr, Columns* columns) {
  if (expr == nullptr) return;
  std::vector<int> read;
  CollectColumns(*expr, &read);
  columns->insert(read.begin(), read.end());
}

void AddColumns(const std::vector<ExprPtr>& exprs, Columns* columns) {
  for (const ExprPtr& expr : exprs) AddColumns(expr, columns);
}

void AddColumns(const std::vector<SortKey>& keys, Columns* columns) {
  for (const SortKey& key : keys) AddColumns(key.expr, columns);
}

std::vector<ExprPtr> Remap(std::vector<ExprPtr> exprs, const std::vector<int>& mapping) {
  for (ExprPtr& expr : exprs) expr = RemapColumns(expr, mapping);
  return exprs;
}

std::vector<SortKey> Remap(std::vector<SortKey> keys, const std::vector<int>& mapping) {
  for (SortKey& key : keys) key.expr = RemapColumns(key.expr, mapping);
  return keys;
}

std::vector<int> Identity(const arrow::Schema& schema) {
  std::vector<int> mapping;
  for (int i = 0; i < schema.num_fields(); ++i) mapping.push_back(i);
  return mapping;
}

// Exactly `columns` of `node`, in this order.
NodePtr PruneExactly(const NodePtr& node, const std::vector<int>& columns) {
  Pruned pruned = Prune(node, Columns(columns.begin(), columns.end()));
  std::vector<int> selected;
  for (int column : columns) selected.push_back(pruned.mapping[column]);
  if (selected == Identity(*pruned.node->schema)) return pruned.node;
  return MakeProjectColumns(pruned.node, selected);
}

// As Prune, without other columns: for operators that hold rows in memory.
Pruned PruneAndTrim(const NodePtr& node, const Columns& needed) {
  Pruned pruned = Prune(node, needed);
  Columns kept;
  for (int column : needed) kept.insert(pruned.mapping[column]);
  if (kept.empty() || static_cast<int>(kept.size()) == pruned.node->schema->num_fields()) {
    return pruned;
  }
  std::vector<int> selected(kept.begin(), kept.end());
  pruned.node = MakeProjectColumns(pruned.node, selected);
  for (int& column : pruned.mapping) {
    auto found = std::lower_bound(selected.begin(), selected.end(), column);
    bool gone = found == selected.end() || *found != column;
    column = gone ? -1 : static_cast<int>(found - selected.begin());
  }
  return pruned;
}

Pruned PruneOp(const Scan& scan, const NodePtr& node, const Columns& needed) {
  std::vector<int> columns;
  std::vector<int> mapping(scan.columns.size(), -1);
  arrow::FieldVector fields;
  for (int column : needed) {
    mapping[column] = static_cast<int>(columns.size());
    columns.push_back(scan.columns[column]);
    fields.push_back(node->schema->field(column));
  }
  return {MakeScan(scan.source, std::move(columns), arrow::schema(std::move(fields))), mapping};
}

Pruned PruneOp(const TableInput&, const NodePtr& node, const Columns&) {
  return {node, Identity(*node->schema)};
}

Pruned PruneOp(const OneRow&, const NodePtr& node, const Columns&) { return {node, {}}; }

Pruned PruneOp(const Range&, const NodePtr& node, const Columns&) { return {node, {0}}; }

Pruned PruneOp(const Filter& filter, const NodePtr& node, const Columns& needed) {
  Columns below = needed;
  AddColumns(filter.predicate, &below);
  Pruned input = Prune(node->inputs[0], below);
  ExprPtr predicate = RemapColumns(filter.predicate, input.mapping);
  return {MakeFilter(input.node, {predicate}), input.mapping};
}

// `outer` over the input of `inner`, unless that would compute something twice.
NodePtr MergeProjects(const NodePtr& outer) {
  const auto& exprs = As<Project>(*outer)->exprs;
  const auto* inner = As<Project>(*outer->inputs[0]);
  if (inner == nullptr) return outer;
  std::vector<int> read;
  for (const ExprPtr& expr : exprs) CollectColumns(*expr, &read);
  for (size_t i = 0; i < inner->exprs.size(); ++i) {
    bool cheap = inner->exprs[i]->args.empty();
    if (!cheap && std::count(read.begin(), read.end(), static_cast<int>(i)) > 1) return outer;
  }
  std::vector<ExprPtr> merged;
  for (const ExprPtr& expr : exprs) {
    merged.push_back(
        ReplaceColumns(expr, [&](const ExprPtr& column) { return inner->exprs[column->column]; }));
  }
  return MakeProject(outer->inputs[0]->inputs[0], std::move(merged), outer->schema->field_names());
}

Pruned PruneOp(const Project& project, const NodePtr& node, const Columns& needed) {
  Columns below;
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  std::vector<int> mapping(project.exprs.size(), -1);
  for (int column : needed) {
    mapping[column] = static_cast<int>(exprs.size());
    exprs.push_back(project.exprs[column]);
    names.push_back(node->schema->field(column)->name());
    AddColumns(exprs.back(), &below);
  }
  Pruned input = Prune(node->inputs[0], below);
  exprs = Remap(std::move(exprs), input.mapping);
  bool only_columns =
      std::all_of(exprs.begin(), exprs.end(), [](const ExprPtr& expr) { return IsColumn(*expr); });
  if (!only_columns) {
    return {MergeProjects(MakeProject(input.node, std::move(exprs), names)), mapping};
  }
  // Renames and reorders only: whoever reads it can as well read its input.
  for (int column : needed) mapping[column] = exprs[mapping[column]]->column;
  return {input.node, mapping};
}

Pruned PruneOp(const Generate& generate, const NodePtr& node, const Columns& needed) {
  const int input_width = node->inputs[0]->schema->num_fields();
  Columns below(needed.begin(), needed.lower_bound(input_width));
  AddColumns(generate.collection, &below);
  Pruned input = Prune(node->inputs[0], below);
  std::vector<int> mapping = input.mapping;
  mapping.resize(node->schema->num_fields(), -1);
  Generate pruned = generate;
  pruned.collection = RemapColumns(generate.collection, input.mapping);
  pruned.has_position = generate.has_position && needed.contains(input_width);
  std::vector<std::string> names;
  const int first = input_width + (generate.has_position && !pruned.has_position ? 1 : 0);
  for (int i = first; i < node->schema->num_fields(); ++i) {
    mapping[i] = input.node->schema->num_fields() + static_cast<int>(names.size());
    names.push_back(node->schema->field(i)->name());
  }
  return {MakeGenerate(input.node, std::move(pruned), names), mapping};
}

// Columns of left ++ right that are needed of a join's output.
Columns NeededOfSides(const Join& join, int left_width, const Columns& needed) {
  if (join.is_right_existence()) {
    Columns of_right;
    for (const int column : needed) of_right.insert(left_width + column);
    return of_right;
  }
  if (!join.is_existence()) return needed;
  Columns of_left = needed;
  of_left.erase(left_width);  // of a mark
  return of_left;
}

Pruned PruneOp(const Join& join, const NodePtr& node, const Columns& needed) {
  int left_width = node->inputs[0]->schema->num_fields();
  // A mark that nothing reads asks in vain.
  if (join.kind == Join::Kind::kLeftMark && !needed.contains(left_width)) {
    Pruned input = Prune(node->inputs[0], needed);
    input.mapping.push_back(-1);
    return input;
  }
  Columns both = NeededOfSides(join, left_width, needed), left, right;
  AddColumns(join.residual, &both);
  for (int column : both) {
    column < left_width ? left.insert(column) : right.insert(column - left_width);
  }
  AddColumns(join.left_keys, &left);
  AddColumns(join.right_keys, &right);
  Pruned left_input = PruneAndTrim(node->inputs[0], left);
  Pruned right_input = PruneAndTrim(node->inputs[1], right);
  std::vector<int> mapping = left_input.mapping;
  for (int column : right_input.mapping) {
    mapping.push_back(column < 0 ? -1 : column + left_input.node->schema->num_fields());
  }
  Join pruned = join;
  pruned.left_keys = Remap(join.left_keys, left_input.mapping);
  pruned.right_keys = Remap(join.right_keys, right_input.mapping);
  if (join.residual != nullptr) pruned.residual = RemapColumns(join.residual, mapping);
  const int right_width = right_input.node->schema->num_fields();
  pruned.column_names.assign(left_input.node->schema->num_fields() + right_width, "");
  for (size_t i = 0; i < mapping.size(); ++i) {
    if (mapping[i] >= 0) pruned.column_names[mapping[i]] = join.column_names[i];
  }
  if (join.is_existence()) mapping = left_input.mapping;
  if (join.is_right_existence()) mapping = right_input.mapping;
  if (join.kind == Join::Kind::kLeftMark) {
    mapping.push_back(left_input.node->schema->num_fields());
  }
  return {MakeJoin(left_input.node, right_input.node, std::move(pruned)), mapping};
}

Pruned PruneOp(const Aggregate& aggregate, const NodePtr& node, const Columns& needed) {
  int num_keys = static_cast<int>(aggregate.keys.size());
  std::vector<int> mapping = Identity(*node->schema);
  Aggregate pruned{aggregate.keys, {}};
  std::vector<std::string> names = node->schema->field_names();
  names.resize(num_keys);
  Columns below;
  for (size_t i = 0; i < aggregate.calls.size(); ++i) {
    int column = num_keys + static_cast<int>(i);
    // Without keys and calls it would be no aggregate any more.
    bool last_resort = num_keys == 0 && pruned.calls.empty() && i + 1 == aggregate.calls.size();
    if (needed.count(column) == 0 && !last_resort) {
      mapping[column] = -1;
      continue;
    }
    mapping[column] = static_cast<int>(names.size());
    pruned.calls.push_back(aggregate.calls[i]);
    names.push_back(node->schema->field(column)->name());
  }
  ForEachExpr(pruned, [&](const ExprPtr& expr) { AddColumns(expr, &below); });
  Pruned input = Prune(node->inputs[0], below);
  ForEachExpr(pruned, [&](ExprPtr& expr) { expr = RemapColumns(expr, input.mapping); });
  return {MakeAggregate(input.node, std::move(pruned), names), mapping};
}

Pruned PruneOp(const RowNumber& op, const NodePtr& node, const Columns& needed) {
  int number_column = node->schema->num_fields() - 1;
  Columns below = needed;
  const bool number_needed = below.erase(number_column) > 0 || op.limit.has_value();
  if (number_needed) {
    ForEachExpr(op, [&](const ExprPtr& expr) { AddColumns(expr, &below); });
  }
  Pruned input =
      number_needed ? PruneAndTrim(node->inputs[0], below) : Prune(node->inputs[0], below);
  std::vector<int> mapping = input.mapping;
  mapping.push_back(number_needed ? input.node->schema->num_fields() : -1);
  if (!number_needed) return {input.node, mapping};
  RowNumber pruned = op;
  ForEachExpr(pruned, [&](ExprPtr& expr) { expr = RemapColumns(expr, input.mapping); });
  return {WithOp(*node, input.node, std::move(pruned)), mapping};
}

Pruned PruneOp(const Window& window, const NodePtr& node, const Columns& needed) {
  const int input_width = node->inputs[0]->schema->num_fields();
  Columns below;
  Window pruned;
  std::vector<std::string> names;
  std::vector<int> call_columns;  // of the calls that are needed
  for (const int column : needed) {
    if (column < input_width) {
      below.insert(column);
      continue;
    }
    call_columns.push_back(column);
    pruned.calls.push_back(window.calls[column - input_width]);
    names.push_back(node->schema->field(column)->name());
  }
  if (pruned.calls.empty()) {
    Pruned input = Prune(node->inputs[0], below);
    input.mapping.resize(node->schema->num_fields(), -1);
    return input;
  }
  pruned.partition_by = window.partition_by;
  pruned.order_by = window.order_by;
  ForEachExpr(pruned, [&](const ExprPtr& expr) { AddColumns(expr, &below); });
  Pruned input = PruneAndTrim(node->inputs[0], below);
  ForEachExpr(pruned, [&](ExprPtr& expr) { expr = RemapColumns(expr, input.mapping); });
  std::vector<int> mapping = input.mapping;
  mapping.resize(node->schema->num_fields(), -1);
  int next = input.node->schema->num_fields();
  for (const int column : call_columns) mapping[column] = next++;
  return {MakeWindow(input.node, std::move(pruned), names), mapping};
}

Pruned PruneOp(const TopRow& op, const NodePtr& node, const Columns& needed) {
  Columns below = needed;
  AddColumns(op.partition_by, &below);
  AddColumns(op.order_by, &below);
  Pruned input = PruneAndTrim(node->inputs[0], below);
  TopRow pruned{Remap(op.partition_by, input.mapping), Remap(op.order_by, input.mapping)};
  return {MakeTopRow(input.node, std::move(pruned)), input.mapping};
}

Pruned PruneOp(const Sort& sort, const NodePtr& node, const Columns& needed) {
  Columns below = needed;
  AddColumns(sort.keys, &below);
  Pruned input = PruneAndTrim(node->inputs[0], below);
  return {MakeSort(input.node, {Remap(sort.keys, input.mapping), sort.limit}), input.mapping};
}

// Whether rows of `node` repeat the collections that they are made of.
bool RepeatsCollections(const Node& node) {
  return As<Generate>(node) != nullptr ||
         (As<Filter>(node) != nullptr && RepeatsCollections(*node.inputs[0]));
}

Pruned PruneOp(const Limit& limit, const NodePtr& node, const Columns& needed) {
  const NodePtr& below = node->inputs[0];
  Pruned input = RepeatsCollections(*below) ? PruneAndTrim(below, needed) : Prune(below, needed);
  return {MakeLimit(input.node, limit), input.mapping};
}

Pruned PruneOp(const UnionAll&, const NodePtr& node, const Columns& needed) {
  std::vector<int> columns(needed.begin(), needed.end());
  std::vector<NodePtr> inputs;
  for (const NodePtr& input : node->inputs) inputs.push_back(PruneExactly(input, columns));
  std::vector<int> mapping(node->schema->num_fields(), -1);
  for (size_t i = 0; i < columns.size(); ++i) mapping[columns[i]] = static_cast<int>(i);
  return {MakeUnionAll(std::move(inputs)), mapping};
}

Pruned Prune(const NodePtr& node, const Columns& needed) {
  return std::visit([&](const auto& op) { return PruneOp(op, node, needed); }, node->op);
}

}  // namespace

NodePtr PruneColumns(const NodePtr& root) {
  NodePtr pruned = PruneExactly(root, Identity(*root->schema));
  std::vector<std::string> names = root->schema->field_names();
  if (pruned->schema->field_names() == names) return pruned;
  NodePtr renamed = MakeProject(pruned, ColumnsOf(*pruned->schema), names);
  return MergeProjects(renamed);
}

}  // namespace tarn::plan
