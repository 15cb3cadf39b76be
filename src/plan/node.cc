#include "plan/node.h"

#include <algorithm>

#include "plan/build_expr.h"

namespace tarn::plan {
namespace {

template <typename Op>
NodePtr MakeNode(Op op, std::vector<NodePtr> inputs, SchemaPtr schema) {
  auto node = std::make_shared<Node>();
  node->op = std::move(op);
  node->inputs = std::move(inputs);
  node->schema = std::move(schema);
  int64_t num_operators = 1;
  for (const NodePtr& input : node->inputs) num_operators += input->num_operators;
  node->num_operators = static_cast<int32_t>(std::min<int64_t>(num_operators, INT32_MAX));
  return node;
}

std::vector<std::shared_ptr<arrow::Field>> JoinFields(const Node& left, const Node& right,
                                                      const Join& join) {
  const bool left_optional = join.keeps_right();
  const bool right_optional = join.keeps_left();
  if (join.is_right_existence()) return right.schema->fields();
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const auto& field : left.schema->fields()) {
    fields.push_back(field->WithNullable(field->nullable() || left_optional));
  }
  if (join.kind == Join::Kind::kLeftMark) {
    fields.push_back(arrow::field("exists", arrow::boolean(), false));
  }
  if (join.is_existence()) return fields;
  for (const auto& field : right.schema->fields()) {
    fields.push_back(field->WithNullable(field->nullable() || right_optional));
  }
  return fields;
}

// Of the columns behind those of its input.
std::vector<std::string> AddedNames(const Node& node) {
  const std::vector<std::string> names = node.schema->field_names();
  return {names.begin() + node.inputs[0]->schema->num_fields(), names.end()};
}

}  // namespace

NodePtr MakeScan(int source, std::vector<int> columns, SchemaPtr schema) {
  return MakeNode(Scan{source, std::move(columns)}, {}, std::move(schema));
}

NodePtr MakeTableInput(int table, SchemaPtr schema) {
  return MakeNode(TableInput{table}, {}, std::move(schema));
}

NodePtr MakeOneRow() { return MakeNode(OneRow{}, {}, arrow::schema(arrow::FieldVector{})); }

NodePtr MakeRange(Range range, const std::string& name) {
  return MakeNode(range, {}, arrow::schema({arrow::field(name, arrow::int64(), false)}));
}

NodePtr MakeFilter(NodePtr input, const std::vector<ExprPtr>& conjuncts) {
  if (conjuncts.empty()) return input;
  SchemaPtr schema = input->schema;
  return MakeNode(Filter{JoinConjuncts(conjuncts)}, {std::move(input)}, std::move(schema));
}

NodePtr MakeProject(NodePtr input, std::vector<ExprPtr> exprs,
                    const std::vector<std::string>& names) {
  arrow::FieldVector fields;
  for (size_t i = 0; i < exprs.size(); ++i) {
    fields.push_back(arrow::field(names[i], exprs[i]->type, exprs[i]->nullable));
  }
  return MakeNode(Project{std::move(exprs)}, {std::move(input)}, arrow::schema(std::move(fields)));
}

NodePtr MakeProjectColumns(const NodePtr& input, const std::vector<int>& columns) {
  std::vector<ExprPtr> exprs;
  std::vector<std::string> names;
  for (int column : columns) {
    exprs.push_back(MakeColumn(*input->schema, column));
    names.push_back(input->schema->field(column)->name());
  }
  return MakeProject(input, std::move(exprs), names);
}

NodePtr MakeGenerate(NodePtr input, Generate generate, const std::vector<std::string>& names) {
  arrow::FieldVector fields = input->schema->fields();
  const size_t width = fields.size();
  const auto add = [&](const std::shared_ptr<arrow::DataType>& type, bool nullable) {
    fields.push_back(arrow::field(names[fields.size() - width], type, nullable || generate.outer));
  };
  if (generate.has_position) add(arrow::int32(), false);
  if (generate.collection->type->id() == arrow::Type::MAP) {
    const auto& map = static_cast<const arrow::MapType&>(*generate.collection->type);
    add(map.key_type(), false);
    add(map.item_type(), map.item_field()->nullable());
  } else {
    const auto& element = generate.collection->type->field(0);
    add(element->type(), element->nullable());
  }
  return MakeNode(std::move(generate), {std::move(input)}, arrow::schema(std::move(fields)));
}

int NumGenerated(const Generate& generate) {
  const bool is_map = generate.collection->type->id() == arrow::Type::MAP;
  return (generate.has_position ? 1 : 0) + (is_map ? 2 : 1);
}

NodePtr MakeJoin(NodePtr left, NodePtr right, Join join) {
  join.column_names.resize(left->schema->num_fields() + right->schema->num_fields());
  SchemaPtr schema = arrow::schema(JoinFields(*left, *right, join));
  return MakeNode(std::move(join), {std::move(left), std::move(right)}, std::move(schema));
}

NodePtr MakeAggregate(NodePtr input, Aggregate aggregate, const std::vector<std::string>& names) {
  arrow::FieldVector fields;
  for (const ExprPtr& key : aggregate.keys) {
    fields.push_back(arrow::field(names[fields.size()], key->type, key->nullable));
  }
  for (const AggregateCall& call : aggregate.calls) {
    fields.push_back(arrow::field(names[fields.size()], call.type, call.nullable));
  }
  return MakeNode(std::move(aggregate), {std::move(input)}, arrow::schema(std::move(fields)));
}

NodePtr MakeRowNumber(NodePtr input, RowNumber row_number, const std::string& name) {
  arrow::FieldVector fields = input->schema->fields();
  fields.push_back(arrow::field(name, arrow::int32(), false));
  return MakeNode(std::move(row_number), {std::move(input)}, arrow::schema(std::move(fields)));
}

NodePtr MakeWindow(NodePtr input, Window window, const std::vector<std::string>& names) {
  arrow::FieldVector fields = input->schema->fields();
  for (size_t i = 0; i < names.size(); ++i) {
    const AggregateCall& call = window.calls[i].call;
    fields.push_back(arrow::field(names[i], call.type, call.nullable));
  }
  return MakeNode(std::move(window), {std::move(input)}, arrow::schema(std::move(fields)));
}

NodePtr MakeTopRow(NodePtr input, TopRow top_row) {
  SchemaPtr schema = input->schema;
  return MakeNode(std::move(top_row), {std::move(input)}, std::move(schema));
}

NodePtr MakeSort(NodePtr input, Sort sort) {
  SchemaPtr schema = input->schema;
  return MakeNode(std::move(sort), {std::move(input)}, std::move(schema));
}

NodePtr MakeLimit(NodePtr input, Limit limit) {
  SchemaPtr schema = input->schema;
  return MakeNode(limit, {std::move(input)}, std::move(schema));
}

NodePtr MakeUnionAll(std::vector<NodePtr> inputs) {
  arrow::FieldVector fields = inputs[0]->schema->fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    bool nullable = std::any_of(inputs.begin(), inputs.end(), [&](const NodePtr& input) {
      return input->schema->field(static_cast<int>(i))->nullable();
    });
    fields[i] = fields[i]->WithNullable(nullable);
  }
  return MakeNode(UnionAll{}, std::move(inputs), arrow::schema(std::move(fields)));
}

NodePtr WithInputs(const Node& node, std::vector<NodePtr> inputs) {
  return MakeNode(node.op, std::move(inputs), node.schema);
}

NodePtr WithInputs(const NodePtr& node, std::vector<NodePtr> inputs) {
  return inputs == node->inputs ? node : WithInputs(*node, std::move(inputs));
}

NodePtr WithOp(const Node& node, NodePtr input, Generate op) {
  return MakeGenerate(std::move(input), std::move(op), AddedNames(node));
}

NodePtr WithOp(const Node& node, NodePtr input, RowNumber op) {
  return MakeRowNumber(std::move(input), std::move(op), AddedNames(node)[0]);
}

NodePtr WithOp(const Node& node, NodePtr input, Window op) {
  return MakeWindow(std::move(input), std::move(op), AddedNames(node));
}

NodePtr RewriteBottomUp(const NodePtr& node,
                        const std::function<NodePtr(const NodePtr&)>& rewrite) {
  std::vector<NodePtr> inputs;
  for (const NodePtr& input : node->inputs) inputs.push_back(RewriteBottomUp(input, rewrite));
  return rewrite(WithInputs(*node, std::move(inputs)));
}

std::vector<ExprPtr> ColumnsOf(const arrow::Schema& schema) {
  std::vector<ExprPtr> columns;
  for (int i = 0; i < schema.num_fields(); ++i) columns.push_back(MakeColumn(schema, i));
  return columns;
}

}  // namespace tarn::plan
