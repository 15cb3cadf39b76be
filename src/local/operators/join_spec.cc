#include "local/operators/join_spec.h"

#include <algorithm>
#include <set>
#include <utility>

#include "local/keys/key_table.h"

namespace tarn::local {
namespace {

// Ascending.
std::vector<int> ColumnsOfResidual(const plan::Join& join) {
  std::vector<int> columns;
  if (join.residual != nullptr) plan::CollectColumns(*join.residual, &columns);
  const std::set<int> distinct(columns.begin(), columns.end());
  return {distinct.begin(), distinct.end()};
}

// The columns of `output` that are of an input.
std::vector<int> OfInputs(std::vector<int> output, const plan::Join& join, int num_left) {
  if (join.is_existence()) std::erase(output, num_left);
  if (join.is_right_existence()) {
    for (int& column : output) column += num_left;
  }
  return output;
}

bool HasMark(const std::vector<int>& output, const plan::Join& join, int num_left) {
  return join.kind == plan::Join::Kind::kLeftMark && !output.empty() && output.back() == num_left;
}

// Of the output: columns of the inputs, then the mark.
SchemaPtr OutputSchema(const SchemaPtr& columns, bool has_mark) {
  if (!has_mark) return columns;
  arrow::FieldVector fields = columns->fields();
  fields.push_back(arrow::field("exists", arrow::boolean(), /*nullable=*/false));
  return arrow::schema(std::move(fields));
}

std::vector<int> HeldRight(const std::vector<int>& output, const plan::Join& join, int num_left) {
  std::set<int> held;
  for (const std::vector<int>& columns : {output, ColumnsOfResidual(join)}) {
    for (const int column : columns) {
      if (column >= num_left) held.insert(column - num_left);
    }
  }
  return {held.begin(), held.end()};
}

// `columns` of left ++ right, ascending.
PairColumns Split(const std::vector<int>& columns, int num_left, const std::vector<int>& held) {
  PairColumns split;
  for (const int column : columns) {
    if (column < num_left) {
      split.left.push_back(column);
    } else {
      const auto found = std::lower_bound(held.begin(), held.end(), column - num_left);
      split.right.push_back(static_cast<int>(found - held.begin()));
    }
  }
  return split;
}

SchemaPtr SchemaOf(const std::vector<int>& columns, const arrow::Schema& left,
                   const arrow::Schema& right, const plan::Join& join) {
  arrow::FieldVector fields;
  for (const int column : columns) {
    const bool is_left = column < left.num_fields();
    const auto& field = is_left ? left.field(column) : right.field(column - left.num_fields());
    const bool may_be_missing = is_left ? join.keeps_right() : join.keeps_left();
    fields.push_back(field->WithNullable(field->nullable() || may_be_missing));
  }
  return arrow::schema(std::move(fields));
}

std::optional<JoinSpec::Residual> CompileResidual(const plan::Join& join, const arrow::Schema& left,
                                                  const arrow::Schema& right,
                                                  const std::vector<int>& held,
                                                  const ExprContext& context) {
  if (join.residual == nullptr) return std::nullopt;
  const std::vector<int> columns = ColumnsOfResidual(join);
  std::vector<int> mapping(left.num_fields() + right.num_fields(), -1);
  for (size_t i = 0; i < columns.size(); ++i) mapping[columns[i]] = static_cast<int>(i);
  return JoinSpec::Residual{Split(columns, left.num_fields(), held),
                            SchemaOf(columns, left, right, join),
                            CompiledExpr(plan::RemapColumns(join.residual, mapping), context)};
}

}  // namespace

JoinSpec::JoinSpec(SchemaPtr left, SchemaPtr right, const std::vector<int>& output,
                   const plan::Join& join, const ExprContext& context)
    : left_schema(std::move(left)),
      right_schema(std::move(right)),
      held_right(HeldRight(OfInputs(output, join, left_schema->num_fields()), join,
                           left_schema->num_fields())),
      columns(Split(OfInputs(output, join, left_schema->num_fields()), left_schema->num_fields(),
                    held_right)),
      schema(OutputSchema(SchemaOf(OfInputs(output, join, left_schema->num_fields()), *left_schema,
                                   *right_schema, join),
                          HasMark(output, join, left_schema->num_fields()))),
      left_keys(CompileAll(join.left_keys, context)),
      right_keys(CompileAll(join.right_keys, context)),
      key_types(TypesOf(join.right_keys)),
      null_safe(join.null_safe),
      residual(CompileResidual(join, *left_schema, *right_schema, held_right, context)),
      keeps_left(join.keeps_unmatched_left()),
      keeps_right(join.keeps_right() || join.is_right_existence()),
      kind(join.kind),
      is_existence(join.is_existence()),
      is_right_existence(join.is_right_existence()),
      has_mark(HasMark(output, join, left_schema->num_fields())),
      at(join.at),
      null_aware(join.null_aware) {}

}  // namespace tarn::local
