#include "plan/kept_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/ascii.h"
#include "pipeline/ddl.h"
#include "plan/build_expr.h"
#include "plan/file_columns.h"
#include "plan/functions.h"
#include "plan/known_functions.h"
#include "plan/merge.h"
#include "plan/node.h"
#include "plan/unique_rows.h"

namespace tarn::plan {
namespace {

using Type = arrow::Type;

// Whether values come back from Parquet as they were.
bool IsKeptType(const arrow::DataType& type) {
  switch (type.id()) {
    case Type::BOOL:
    case Type::INT8:
    case Type::INT16:
    case Type::INT32:
    case Type::INT64:
    case Type::FLOAT:
    case Type::DOUBLE:
    case Type::STRING:
    case Type::BINARY:
    case Type::DATE32:
    case Type::TIMESTAMP:
    case Type::DECIMAL128:
      return true;
    case Type::LIST:
    case Type::STRUCT:
    case Type::MAP:
      return std::all_of(type.fields().begin(), type.fields().end(),
                         [](const auto& field) { return IsKeptType(*field->type()); });
    default:
      return false;
  }
}

// Whether each text in the names of partition folders is of one value, and each value has one.
bool HasOneText(const arrow::DataType& type) {
  return type.id() != Type::FLOAT && type.id() != Type::DOUBLE && type.id() != Type::BINARY;
}

bool IsDistinct(const Node& node) {
  const auto* const aggregate = As<Aggregate>(node);
  return aggregate != nullptr && aggregate->calls.empty();
}

// Whether each row of `node` is of one file, and rows are in the order of their paths.
bool IsInOrderOfPaths(const Plan& plan, const Node& node) {
  if (const auto* const scan = As<Scan>(node)) {
    return plan.sources[scan->source].source->paths.size() == 1;
  }
  if (const auto* const input = As<TableInput>(node)) {
    return IsInOrderOfPaths(plan, *plan.tables[input->table].root);
  }
  const bool is_row_by_row =
      As<Filter>(node) != nullptr || As<Project>(node) != nullptr || As<Generate>(node) != nullptr;
  return is_row_by_row && IsInOrderOfPaths(plan, *node.inputs[0]);
}

// The number of a source's column with its files' paths, which the source has from now on.
int PathColumn(SourcePlan* source) {
  const int path = source->source->schema->num_fields() + static_cast<int>(FileColumn::kPath);
  const auto found = std::find(source->columns.begin(), source->columns.end(), path);
  const auto column = static_cast<int>(found - source->columns.begin());
  if (found != source->columns.end()) return column;
  source->columns.push_back(path);
  arrow::FieldVector fields = source->schema->fields();
  fields.push_back(FieldOfFile(FileColumn::kPath));
  source->schema = arrow::schema(std::move(fields));
  source->output.push_back(column);
  return column;
}

// `node`, and behind its columns the paths of the files that its rows are from.
NodePtr WithPaths(const NodePtr& node, Plan* plan) {
  if (const auto* const scan = As<Scan>(*node)) {
    std::vector<int> columns = scan->columns;
    columns.push_back(PathColumn(&plan->sources[scan->source]));
    arrow::FieldVector fields = node->schema->fields();
    fields.push_back(FieldOfFile(FileColumn::kPath));
    return MakeScan(scan->source, std::move(columns), arrow::schema(std::move(fields)));
  }
  if (const auto* const input = As<TableInput>(*node)) {
    return WithPaths(plan->tables[input->table].root, plan);
  }
  NodePtr below = WithPaths(node->inputs[0], plan);
  const int path = below->schema->num_fields() - 1;
  if (const auto* const filter = As<Filter>(*node)) {
    return MakeFilter(std::move(below), SplitConjuncts(filter->predicate));
  }
  if (const auto* const generate = As<Generate>(*node)) {
    NodePtr made = WithOp(*node, std::move(below), *generate);
    std::vector<int> columns(made->schema->num_fields());
    std::iota(columns.begin(), columns.end(), 0);
    std::rotate(columns.begin() + path, columns.begin() + path + 1, columns.end());
    return MakeProjectColumns(made, columns);
  }
  std::vector<ExprPtr> exprs = std::get<Project>(node->op).exprs;
  std::vector<std::string> names = node->schema->field_names();
  exprs.push_back(MakeColumn(*below->schema, path));
  names.push_back(below->schema->field(path)->name());
  return MakeProject(std::move(below), std::move(exprs), names);
}

std::vector<std::string> KeptNames(int num_columns) {
  std::vector<std::string> names;
  for (int i = 0; i < num_columns; ++i) names.push_back(fmt::format("c{}", i));
  return names;
}

// The columns, all of which may be NULL.
SchemaPtr SchemaOfKept(const arrow::FieldVector& fields) {
  const std::vector<std::string> names = KeptNames(static_cast<int>(fields.size()));
  arrow::FieldVector kept;
  for (size_t i = 0; i < fields.size(); ++i) {
    kept.push_back(arrow::field(names[i], fields[i]->type()));
  }
  return arrow::schema(std::move(kept));
}

NodePtr Renamed(NodePtr node, int num_columns) {
  std::vector<ExprPtr> columns = ColumnsOf(*node->schema);
  columns.resize(num_columns);
  return MakeProject(std::move(node), std::move(columns), KeptNames(num_columns));
}

NodePtr SemiJoin(NodePtr left, std::vector<ExprPtr> left_keys, NodePtr right,
                 std::vector<ExprPtr> right_keys, Join::Kind kind = Join::Kind::kLeftSemi) {
  Join join;
  join.kind = kind;
  join.null_safe.assign(left_keys.size(), true);
  join.left_keys = std::move(left_keys);
  join.right_keys = std::move(right_keys);
  return MakeJoin(std::move(left), std::move(right), std::move(join));
}

// What is kept of the rows at a merge point.
class Kept {
 public:
  explicit Kept(const MergePoint& point)
      : point_(point),
        top_row_(As<TopRow>(*point.node)),
        aggregate_(As<Aggregate>(*point.node)),
        num_columns_(ValueFields().size() + (top_row_ == nullptr ? 0 : 1)) {}

  bool is_top_row() const { return top_row_ != nullptr; }
  bool is_distinct() const { return IsDistinct(*point_.node); }

  arrow::FieldVector Fields() const {
    arrow::FieldVector fields = ValueFields();
    if (is_top_row()) fields.push_back(FieldOfFile(FileColumn::kPath));
    return fields;
  }

  // What the rows of the point's input make.
  NodePtr OfInput(Plan* plan) const {
    if (!is_top_row()) return Renamed(point_.node, num_columns_);
    NodePtr input = WithPaths(point_.node->inputs[0], plan);
    return Renamed(MakeTopRow(std::move(input), *top_row_), num_columns_);
  }

  // One row for each group of those that are kept, or of more columns behind these.
  NodePtr Reduced(NodePtr rows) const {
    if (is_top_row()) {
      TopRow best = *top_row_;
      best.order_by.push_back({MakeColumn(*rows->schema, num_columns_ - 1)});
      return MakeTopRow(std::move(rows), std::move(best));
    }
    Aggregate merged;
    merged.keys = KeysIn(*rows->schema);
    for (size_t i = 0; i < aggregate_->calls.size(); ++i) {
      AggregateCall call = aggregate_->calls[i];
      call.function = MergingFunction(call);
      call.args = {MakeColumn(*rows->schema, static_cast<int>(merged.keys.size() + i))};
      call.filter = nullptr;
      merged.calls.push_back(std::move(call));
    }
    return MakeAggregate(std::move(rows), std::move(merged), KeptNames(num_columns_));
  }

  // Of rows that are kept, what tells groups apart; none: there is one group.
  std::vector<ExprPtr> KeysIn(const arrow::Schema& schema) const {
    if (is_top_row()) return top_row_->partition_by;
    std::vector<ExprPtr> keys;
    for (size_t i = 0; i < aggregate_->keys.size(); ++i) {
      keys.push_back(MakeColumn(schema, static_cast<int>(i)));
    }
    return keys;
  }

  // The table's rows of those that are kept.
  NodePtr TableRows(NodePtr reduced) const {
    std::vector<ExprPtr> columns;
    for (const auto& field : point_.node->schema->fields()) {
      const auto column = static_cast<int>(columns.size());
      columns.push_back(MakeColumn(column, field->type(), field->nullable()));
    }
    return RootOver(point_, MakeProject(std::move(reduced), std::move(columns),
                                        point_.node->schema->field_names()));
  }

 private:
  arrow::FieldVector ValueFields() const { return point_.node->schema->fields(); }

  const MergePoint& point_;
  const TopRow* const top_row_;       // null: it is an Aggregate
  const Aggregate* const aggregate_;  // null: it is a TopRow
  const int num_columns_;
};

// Puts tables before others, whose numbers grow.
class TableInserter {
 public:
  TableInserter(Plan* plan, int at) : plan_(plan), at_(at) {}

  // \return the rows of the table
  NodePtr Add(const pipeline::Table* table, NodePtr root, TablePlan::Use use,
              const std::string& of) {
    SchemaPtr schema = root->schema;
    const auto renumbered = [this](const NodePtr& node) {
      const auto* const input = As<TableInput>(*node);
      if (input == nullptr || input->table < at_) return node;
      return MakeTableInput(input->table + 1, node->schema);
    };
    for (auto later = plan_->tables.begin() + at_; later != plan_->tables.end(); ++later) {
      later->root = RewriteBottomUp(later->root, renumbered);
    }
    TablePlan added;
    added.table = table;
    added.root = std::move(root);
    added.selected = use != TablePlan::Use::kTable;
    added.use = use;
    added.of = of;
    plan_->tables.insert(plan_->tables.begin() + at_, std::move(added));
    return MakeTableInput(at_++, std::move(schema));
  }

  // The number of what it puts tables before.
  int at() const { return at_; }

 private:
  Plan* const plan_;
  int at_;
};

// The columns of partition_by, in its order.
std::vector<int> FolderColumns(const pipeline::Table& table, const arrow::Schema& schema) {
  std::vector<int> columns;
  for (const std::string& name : table.partition_by) columns.push_back(schema.GetFieldIndex(name));
  return columns;
}

// The texts in the names of the partition folders of a table's rows; an empty text is as NULL.
std::vector<ExprPtr> FolderTexts(const pipeline::Table& table, const arrow::Schema& schema) {
  const ExprPtr null = MakeLiteral(arrow::MakeNullScalar(arrow::utf8()));
  const ExprPtr empty = MakeLiteral(std::make_shared<arrow::StringScalar>(""));
  std::vector<ExprPtr> texts;
  for (const int column : FolderColumns(table, schema)) {
    const ExprPtr text = CastTo(MakeColumn(schema, column), arrow::utf8());
    texts.push_back(MakeCase({MakePredicate(kEq, {text, empty})}, {null, text}, arrow::utf8()));
  }
  return texts;
}

// The partitions of rows, each once; without columns of partition_by one row, if there is any.
NodePtr PartitionsOf(NodePtr rows, const pipeline::Table& table) {
  std::vector<ExprPtr> texts = FolderTexts(table, *rows->schema);
  std::vector<std::string> names = table.partition_by;
  if (texts.empty()) {
    texts.push_back(MakeLiteral(std::make_shared<arrow::BooleanScalar>(true)));
    names.emplace_back("any");
  }
  NodePtr partitions = MakeProject(std::move(rows), std::move(texts), names);
  Aggregate distinct;
  distinct.keys = ColumnsOf(*partitions->schema);
  return MakeAggregate(std::move(partitions), std::move(distinct), names);
}

// Whether rows are new, as a column behind those that are kept.
NodePtr Marked(NodePtr rows, bool is_new) {
  std::vector<ExprPtr> columns = ColumnsOf(*rows->schema);
  std::vector<std::string> names = rows->schema->field_names();
  columns.push_back(MakeLiteral(std::make_shared<arrow::BooleanScalar>(is_new)));
  names.emplace_back("is_new");
  return MakeProject(std::move(rows), std::move(columns), names);
}

// Takes rows of new files together with what is kept.
class Merger {
 public:
  Merger(const Kept& kept, NodePtr new_rows, NodePtr old_rows)
      : kept_(kept),
        keys_(kept.KeysIn(*new_rows->schema)),
        new_rows_(std::move(new_rows)),
        old_rows_(std::move(old_rows)) {}

  bool has_keys() const { return !keys_.empty(); }

  // One row of each group that is new or another one.
  NodePtr Changed() const {
    if (kept_.is_distinct()) {
      return SemiJoin(old_rows_, keys_, new_rows_, keys_, Join::Kind::kRightAnti);
    }
    if (!kept_.is_top_row()) return kept_.Reduced(MakeUnionAll({new_rows_, OldOfNewGroups()}));
    NodePtr best =
        kept_.Reduced(MakeUnionAll({Marked(new_rows_, true), Marked(OldOfNewGroups(), false)}));
    const int is_new = best->schema->num_fields() - 1;
    const ExprPtr condition = MakeColumn(*best->schema, is_new);
    return Renamed(MakeFilter(std::move(best), {condition}), is_new);
  }

  // What was in the place of `changed`.
  NodePtr Vanished(const NodePtr& changed) const {
    NodePtr old = kept_.Reduced(OldOfNewGroups());
    return kept_.is_top_row() ? SemiJoin(std::move(old), keys_, changed, keys_) : old;
  }

  // One row of each other group.
  NodePtr Others(const NodePtr& changed) const {
    return kept_.Reduced(SemiJoin(old_rows_, keys_, changed, keys_, Join::Kind::kLeftAnti));
  }

 private:
  NodePtr OldOfNewGroups() const {
    return has_keys() ? SemiJoin(old_rows_, keys_, new_rows_, keys_) : old_rows_;
  }

  const Kept& kept_;
  const std::vector<ExprPtr> keys_;
  const NodePtr new_rows_;
  const NodePtr old_rows_;
};

}  // namespace

const Function* MergingFunction(const AggregateCall& call) {
  const bool is_plain = !call.distinct && call.constants.empty() && call.order.empty();
  const std::string_view name = call.function->merged_by;
  return is_plain && !name.empty() ? FindFunction(name) : nullptr;
}

std::optional<std::string> WhyNotKept(const Plan& plan, const TablePlan& table) {
  const MergePoint point = *MergePointOf(plan, table.root);
  const Kept kept(point);
  for (const auto& field : kept.Fields()) {
    if (IsKeptType(*field->type())) continue;
    return fmt::format("values of {} are not kept", pipeline::DdlOf(*field->type()));
  }
  if (kept.is_distinct()) return std::nullopt;
  if (kept.is_top_row() && !IsInOrderOfPaths(plan, *point.node->inputs[0])) {
    return "of equal rows the first one counts, and the order of its input's files is not known";
  }
  const bool may_lose_rows =
      std::any_of(point.above.begin(), point.above.end(),
                  [](const NodePtr& node) { return As<Project>(*node) == nullptr; });
  if (may_lose_rows && (table.table->allow_empty || table.table->min_rows.has_value())) {
    return "conditions on its groups may leave it with too few rows";
  }
  for (const auto& field : table.root->schema->fields()) {
    const auto& folders = table.table->partition_by;
    const bool is_folder =
        std::any_of(folders.begin(), folders.end(),
                    [&](const std::string& name) { return SameName(name, field->name()); });
    if (!is_folder || HasOneText(*field->type())) continue;
    return fmt::format("partitions of {} are not told apart by their names",
                       pipeline::DdlOf(*field->type()));
  }
  return std::nullopt;
}

SchemaPtr KeptSchema(const Plan& plan, const TablePlan& table) {
  const MergePoint point = *MergePointOf(plan, table.root);
  return SchemaOfKept(Kept(point).Fields());
}

std::string MeaningOfKept(const Plan& plan, const TablePlan& table) {
  const MergePoint point = *MergePointOf(plan, table.root);
  return Describe(*point.node, plan) + "\n" + point.node->inputs[0]->schema->ToString() + "\n" +
         point.node->schema->ToString();
}

void KeepRows(Plan* plan, int table, const KeptTables& tables) {
  const std::string of = plan->tables[table].table->name;
  const bool is_unique = !KeyMayRepeat(plan->tables[table]);
  const MergePoint point = *MergePointOf(*plan, plan->tables[table].root);
  const Kept kept(point);
  TableInserter inserter(plan, table);
  NodePtr rows = inserter.Add(tables.state, kept.OfInput(plan), TablePlan::Use::kState, of);
  TablePlan& made = plan->tables[inserter.at()];
  made.root = kept.TableRows(std::move(rows));
  made.has_unique_key = is_unique;
}

void MergeIntoKept(Plan* plan, int table, const KeptTables& tables, int source, bool is_new_state) {
  using Use = TablePlan::Use;
  const pipeline::Table& merged = *plan->tables[table].table;
  const bool is_unique = !KeyMayRepeat(plan->tables[table]);
  const MergePoint point = *MergePointOf(*plan, plan->tables[table].root);
  const Kept kept(point);
  const NodePtr old = MakeScan(source, plan->sources[source].columns, plan->sources[source].schema);
  TableInserter inserter(plan, table);
  const NodePtr new_rows = inserter.Add(tables.new_rows, kept.OfInput(plan), Use::kTable, "");
  const Merger merger(kept, new_rows, old);
  const NodePtr changed = inserter.Add(tables.changed, merger.Changed(), Use::kTable, "");
  const NodePtr& more = kept.is_top_row() || kept.is_distinct() ? changed : new_rows;
  inserter.Add(tables.state, is_new_state ? kept.Reduced(MakeUnionAll({more, old})) : more,
               Use::kState, merged.name);
  NodePtr root = kept.TableRows(changed);
  if (!kept.is_distinct()) {
    const NodePtr vanished = inserter.Add(
        tables.vanished, PartitionsOf(kept.TableRows(merger.Vanished(changed)), merged),
        Use::kVanished, merged.name);
    if (merger.has_keys()) {
      NodePtr others = kept.TableRows(merger.Others(changed));
      std::vector<ExprPtr> texts = FolderTexts(merged, *others->schema);
      std::vector<ExprPtr> keys = texts.empty() ? texts : ColumnsOf(*vanished->schema);
      root = MakeUnionAll(
          {root, SemiJoin(std::move(others), std::move(texts), vanished, std::move(keys))});
    }
  }
  TablePlan& made = plan->tables[inserter.at()];
  made.root = std::move(root);
  made.has_unique_key = is_unique;
}

}  // namespace tarn::plan
