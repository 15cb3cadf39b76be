#include <fmt/format.h>

#include <set>

#include "plan/node.h"
#include "plan/scope.h"

namespace tarn::plan {
namespace {

std::string List(const std::vector<ExprPtr>& exprs, const arrow::Schema& input) {
  std::vector<std::string> texts;
  for (const ExprPtr& expr : exprs) texts.push_back(ToString(*expr, input));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string List(const std::vector<SortKey>& keys, const arrow::Schema& input) {
  std::vector<std::string> texts;
  for (const SortKey& key : keys) {
    std::string text = ToString(*key.expr, input);
    if (key.descending) text += " DESC";
    // Spark's own order is not worth a word.
    if (key.nulls_first == key.descending) {
      text += key.nulls_first ? " NULLS FIRST" : " NULLS LAST";
    }
    texts.push_back(std::move(text));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string RowsText(const std::vector<ExprPtr>& partition_by, const std::vector<SortKey>& order_by,
                     const arrow::Schema& input) {
  std::string text;
  if (!partition_by.empty()) text += " PARTITION BY " + List(partition_by, input);
  return order_by.empty() ? text : text + " ORDER BY " + List(order_by, input);
}

std::string LimitText(std::optional<int64_t> limit) {
  return limit ? fmt::format(" LIMIT {}", *limit) : "";
}

std::string WithName(const std::string& text, const std::string& name) {
  return text == name ? text : text + " AS " + name;
}

SchemaPtr WithNames(const arrow::Schema& schema, const std::vector<std::string>& names, int first) {
  arrow::FieldVector fields = schema.fields();
  for (size_t i = 0; i < fields.size() && first + i < names.size(); ++i) {
    if (!names[first + i].empty()) fields[i] = fields[i]->WithName(names[first + i]);
  }
  return arrow::schema(std::move(fields));
}

// The columns of `node`, those of a join by their full names where the short one means two.
SchemaPtr NamesOf(const Node& node) {
  if (As<Filter>(node) != nullptr || As<TopRow>(node) != nullptr || As<Sort>(node) != nullptr ||
      As<Limit>(node) != nullptr) {
    return NamesOf(*node.inputs[0]);
  }
  const Join* const join = As<Join>(node);
  if (join == nullptr) return node.schema;
  std::vector<std::string> names = join->column_names;
  if (join->is_right_existence()) {
    names.erase(names.begin(), names.begin() + node.inputs[0]->schema->num_fields());
  }
  names.resize(node.schema->num_fields());
  if (join->kind == Join::Kind::kLeftMark) names.back().clear();
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string& name = node.schema->field(static_cast<int>(i))->name();
    if (node.schema->GetAllFieldIndices(name).size() == 1) names[i].clear();
  }
  return WithNames(*node.schema, names, 0);
}

std::string Describe(const Scan& scan, const Node& node, const Plan& plan) {
  std::string columns = fmt::format("{}", fmt::join(node.schema->field_names(), ", "));
  return fmt::format("Scan {}: {}", plan.sources[scan.source].source->name,
                     columns.empty() ? "no columns" : columns);
}

std::string Describe(const TableInput& input, const Node&, const Plan& plan) {
  return "Table " + plan.tables[input.table].table->name;
}

std::string Describe(const OneRow&, const Node&, const Plan&) { return "OneRow"; }

std::string Describe(const Range& range, const Node&, const Plan&) {
  return fmt::format("Range {} rows from {} by {}", range.num_rows, range.start, range.step);
}

std::string Describe(const Filter& filter, const Node& node, const Plan&) {
  return "Filter " + ToString(*filter.predicate, *NamesOf(*node.inputs[0]));
}

std::string Describe(const Project& project, const Node& node, const Plan&) {
  const SchemaPtr input = NamesOf(*node.inputs[0]);
  std::vector<std::string> texts;
  for (size_t i = 0; i < project.exprs.size(); ++i) {
    texts.push_back(WithName(ToString(*project.exprs[i], *input),
                             node.schema->field(static_cast<int>(i))->name()));
  }
  return fmt::format("Project {}", fmt::join(texts, ", "));
}

std::string Describe(const Generate& generate, const Node& node, const Plan&) {
  const std::vector<std::string> names = node.schema->field_names();
  return fmt::format("Generate {}explode{}({}) AS {}", generate.has_position ? "pos" : "",
                     generate.outer ? "_outer" : "",
                     ToString(*generate.collection, *NamesOf(*node.inputs[0])),
                     fmt::join(names.end() - NumGenerated(generate), names.end(), ", "));
}

std::string Describe(const Join& join, const Node& node, const Plan&) {
  static constexpr const char* kKinds[] = {"INNER", "LEFT", "RIGHT", "FULL",       "LEFT SINGLE",
                                           "SEMI",  "ANTI", "MARK",  "RIGHT SEMI", "RIGHT ANTI"};
  const arrow::Schema& left = *node.inputs[0]->schema;
  const SchemaPtr left_names = WithNames(left, join.column_names, 0);
  const SchemaPtr right_names =
      WithNames(*node.inputs[1]->schema, join.column_names, left.num_fields());
  std::vector<std::string> conditions;
  for (size_t i = 0; i < join.left_keys.size(); ++i) {
    const char* const compared = join.null_aware     ? "IN"
                                 : join.null_safe[i] ? "IS NOT DISTINCT FROM"
                                                     : "=";
    conditions.push_back(fmt::format("{} {} {}", ToString(*join.left_keys[i], *left_names),
                                     compared, ToString(*join.right_keys[i], *right_names)));
  }
  if (join.residual != nullptr) {
    arrow::FieldVector both = left_names->fields();
    both.insert(both.end(), right_names->fields().begin(), right_names->fields().end());
    conditions.push_back(ToString(*join.residual, arrow::Schema(std::move(both))));
  }
  if (conditions.empty() && join.kind == Join::Kind::kInner) return "Join CROSS";
  std::string on = conditions.empty() ? "TRUE" : fmt::format("{}", fmt::join(conditions, " AND "));
  return fmt::format("Join {} ON {}", kKinds[static_cast<int>(join.kind)], on);
}

std::string CallText(const AggregateCall& call, const arrow::Schema& input) {
  const auto first_key = call.args.end() - static_cast<std::ptrdiff_t>(call.order.size());
  std::vector<SortKey> keys;
  for (size_t i = 0; i < call.order.size(); ++i) {
    keys.push_back({first_key[i], call.order[i].descending, call.order[i].nulls_first});
  }
  std::vector<ExprPtr> args(call.args.begin(), first_key);
  args.insert(args.end(), call.constants.begin(), call.constants.end());
  std::string text = fmt::format("{}({}{})", call.function->name, call.distinct ? "DISTINCT " : "",
                                 call.args.empty() ? "*" : List(args, input));
  if (call.ignore_nulls) text += " IGNORE NULLS";
  if (call.respect_nulls) text += " RESPECT NULLS";
  if (!keys.empty()) text += fmt::format(" WITHIN GROUP (ORDER BY {})", List(keys, input));
  if (call.filter != nullptr) text += " FILTER (WHERE " + ToString(*call.filter, input) + ")";
  return text;
}

std::string Describe(const Aggregate& aggregate, const Node& node, const Plan&) {
  const SchemaPtr names = NamesOf(*node.inputs[0]);
  const arrow::Schema& input = *names;
  std::vector<std::string> keys, calls;
  for (const ExprPtr& key : aggregate.keys) {
    keys.push_back(
        WithName(ToString(*key, input), node.schema->field(static_cast<int>(keys.size()))->name()));
  }
  for (const AggregateCall& call : aggregate.calls) calls.push_back(CallText(call, input));
  if (calls.empty()) return fmt::format("Distinct {}", fmt::join(keys, ", "));
  std::string text = fmt::format("Aggregate {}", fmt::join(calls, ", "));
  if (!keys.empty()) text += fmt::format(" GROUP BY {}", fmt::join(keys, ", "));
  return text;
}

std::string Describe(const RowNumber& op, const Node& node, const Plan&) {
  return "RowNumber" + RowsText(op.partition_by, op.order_by, *NamesOf(*node.inputs[0])) +
         LimitText(op.limit);
}

std::string Describe(const TopRow& op, const Node& node, const Plan&) {
  return "TopRow" + RowsText(op.partition_by, op.order_by, *NamesOf(*node.inputs[0]));
}

std::string BoundText(const FrameBound& bound, bool is_rows, bool is_start,
                      const arrow::Schema& input) {
  switch (bound.kind) {
    case FrameBound::Kind::kUnbounded:
      return is_start ? "UNBOUNDED PRECEDING" : "UNBOUNDED FOLLOWING";
    case FrameBound::Kind::kCurrentRow:
      return "CURRENT ROW";
    case FrameBound::Kind::kOffset:
      break;
  }
  if (!is_rows) return ToString(*bound.value, input);
  return fmt::format("{} {}", std::abs(bound.num_rows),
                     bound.num_rows < 0 ? "PRECEDING" : "FOLLOWING");
}

std::string CallText(const WindowCall& call, const arrow::Schema& input) {
  std::string text = CallText(call.call, input);
  if (call.call.args.empty() && call.call.function->name != "count") {
    text = fmt::format("{}()", call.call.function->name);
  }
  const WindowFrame& frame = call.frame;
  if (frame.start.kind == FrameBound::Kind::kUnbounded &&
      frame.end.kind == FrameBound::Kind::kUnbounded) {
    return text;
  }
  return fmt::format("{} {} BETWEEN {} AND {}", text, frame.is_rows ? "ROWS" : "RANGE",
                     BoundText(frame.start, frame.is_rows, true, input),
                     BoundText(frame.end, frame.is_rows, false, input));
}

std::string Describe(const Window& window, const Node& node, const Plan&) {
  const SchemaPtr names = NamesOf(*node.inputs[0]);
  std::vector<std::string> calls;
  for (const WindowCall& call : window.calls) calls.push_back(CallText(call, *names));
  return fmt::format("Window {}{}", fmt::join(calls, ", "),
                     RowsText(window.partition_by, window.order_by, *names));
}

std::string Describe(const Sort& sort, const Node& node, const Plan&) {
  return "Sort " + List(sort.keys, *NamesOf(*node.inputs[0])) + LimitText(sort.limit);
}

std::string Describe(const Limit& limit, const Node&, const Plan&) {
  const std::string rows =
      limit.num_rows == Limit::kAllRows ? "ALL" : std::to_string(limit.num_rows);
  return limit.offset == 0 ? "Limit " + rows
                           : fmt::format("Limit {} OFFSET {}", rows, limit.offset);
}

std::string Describe(const UnionAll&, const Node&, const Plan&) { return "UnionAll"; }

void AppendSource(const SourcePlan& source, std::string* text) {
  *text += "source " + source.source->name + "\n";
  for (const std::string& path : source.source->paths) *text += "  path    " + path + "\n";
  std::vector<std::string> read, filter_only;
  for (size_t i = 0; i < source.columns.size(); ++i) {
    const std::string& name = source.schema->field(static_cast<int>(i))->name();
    bool put_out = std::find(source.output.begin(), source.output.end(), static_cast<int>(i)) !=
                   source.output.end();
    (put_out ? read : filter_only).push_back(name);
  }
  *text += fmt::format("  reads   {} of {} columns: {}\n", read.size(),
                       source.source->schema->num_fields(),
                       read.empty() ? "none" : fmt::format("{}", fmt::join(read, ", ")));
  if (source.filter == nullptr) return;
  *text += "  filter  " + ToString(*source.filter, *source.schema);
  if (!filter_only.empty()) {
    *text += fmt::format("  (read for this alone: {})", fmt::join(filter_only, ", "));
  }
  *text += "\n";
}

void AppendTree(const Node& node, const Plan& plan, int depth, std::string* text) {
  *text += std::string(2 * depth, ' ') + Describe(node, plan) + "\n";
  for (const NodePtr& input : node.inputs) AppendTree(*input, plan, depth + 1, text);
}

void AppendTable(const TablePlan& table, const Plan& plan, std::string* text) {
  *text += "table " + table.table->name + (table.selected ? "" : " (only read by others)") + "\n";
  auto append = [&](const char* word, const std::vector<std::string>& names) {
    if (!names.empty()) *text += fmt::format("  {}{}\n", word, fmt::join(names, ", "));
  };
  append("partition by ", table.table->partition_by);
  append("sort within  ", table.table->sort_within);
  append("key          ", table.table->key);
  for (const ExprPtr& check : table.checks) {
    *text += "  check        " + ToString(*check, *table.root->schema) + "\n";
  }
  for (const std::string& order : table.join_orders) *text += "  join order   " + order + "\n";
  AppendTree(*table.root, plan, 1, text);
}

// What a table reads, itself included.
struct Readings {
  std::set<int> sources;
  std::set<int> tables;
};

void CollectReadings(const Node& node, const Plan& plan, Readings* readings) {
  if (const Scan* scan = As<Scan>(node)) readings->sources.insert(scan->source);
  if (const auto* input = As<TableInput>(node); input != nullptr) {
    if (readings->tables.insert(input->table).second) {
      CollectReadings(*plan.tables[input->table].root, plan, readings);
    }
  }
  for (const NodePtr& input : node.inputs) CollectReadings(*input, plan, readings);
}

}  // namespace

std::string Describe(const Node& node, const Plan& plan) {
  return std::visit([&](const auto& op) { return Describe(op, node, plan); }, node.op);
}

std::string ToString(const Plan& plan, const std::string& table) {
  Readings readings;
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    if (!table.empty() && !SameName(plan.tables[i].table->name, table)) continue;
    readings.tables.insert(static_cast<int>(i));
    CollectReadings(*plan.tables[i].root, plan, &readings);
  }
  std::string text;
  for (int source : readings.sources) {
    AppendSource(plan.sources[source], &text);
    text += "\n";
  }
  for (int index : readings.tables) {
    AppendTable(plan.tables[index], plan, &text);
    text += "\n";
  }
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace tarn::plan
