#include "plan/merge.h"

#include <algorithm>
#include <numeric>

#include "base/ascii.h"
#include "plan/build_expr.h"
#include "plan/node.h"

namespace tarn::plan {
namespace {

constexpr int kNowhere = -1;

// Whether each row of its output is made of one row of its input, and of nothing else.
bool IsRowByRow(const Node& node) {
  return As<Filter>(node) != nullptr || As<Project>(node) != nullptr ||
         As<Generate>(node) != nullptr;
}

bool IsPartitionColumn(const pipeline::Table& table, const std::string& name) {
  return std::any_of(table.partition_by.begin(), table.partition_by.end(),
                     [&](const std::string& column) { return SameName(column, name); });
}

// By column of the table, the column of the point's node that it is as it is, or kNowhere.
std::vector<int> PassedColumns(const MergePoint& point, const arrow::Schema& schema) {
  std::vector<int> passed(schema.num_fields());
  std::iota(passed.begin(), passed.end(), 0);
  for (const NodePtr& step : point.above) {
    const int width = step->inputs[0]->schema->num_fields();
    const auto* const project = As<Project>(*step);
    for (int& column : passed) {
      if (column == kNowhere) continue;
      if (project != nullptr) {
        const Expr& expr = *project->exprs[column];
        column = IsColumn(expr) ? expr.column : kNowhere;
      } else if (column >= width) {  // Generate made it
        column = kNowhere;
      }
    }
  }
  return passed;
}

}  // namespace

std::optional<MergePoint> MergePointOf(const Plan& plan, const NodePtr& root) {
  MergePoint point;
  point.node = root;
  while (true) {
    const Node& node = *point.node;
    if (As<Aggregate>(node) != nullptr || As<TopRow>(node) != nullptr) return point;
    if (IsRowByRow(node)) {
      point.above.push_back(point.node);
      point.node = NodePtr(node.inputs[0]);
      continue;
    }
    const auto* const input = As<TableInput>(node);
    if (input == nullptr || !plan.tables[input->table].table->is_view) return std::nullopt;
    point.node = NodePtr(plan.tables[input->table].root);
  }
}

NodePtr RootOver(const MergePoint& point, NodePtr node) {
  for (auto step = point.above.rbegin(); step != point.above.rend(); ++step) {
    node = WithInputs(**step, {std::move(node)});
  }
  return node;
}

std::optional<std::vector<int>> ColumnsOfDistinct(const Plan& plan, const TablePlan& table) {
  const auto point = MergePointOf(plan, table.root);
  const auto* const distinct = point ? As<Aggregate>(*point->node) : nullptr;
  if (distinct == nullptr || !distinct->calls.empty()) return std::nullopt;
  const arrow::Schema& schema = *table.root->schema;
  const std::vector<int> passed = PassedColumns(*point, schema);
  std::vector<int> columns;
  for (int key = 0; key < std::ssize(distinct->keys); ++key) {
    int found = kNowhere;
    for (int column = 0; column < schema.num_fields(); ++column) {
      const bool is_in_files = !IsPartitionColumn(*table.table, schema.field(column)->name());
      if (passed[column] == key && is_in_files) found = column;
    }
    if (found == kNowhere) return std::nullopt;
    columns.push_back(found);
  }
  return columns;
}

int AddSource(Plan* plan, const pipeline::Source& source) {
  SourcePlan added;
  added.source = &source;
  added.schema = source.schema;
  added.columns.resize(source.schema->num_fields());
  std::iota(added.columns.begin(), added.columns.end(), 0);
  added.output = added.columns;
  plan->sources.push_back(std::move(added));
  return static_cast<int>(plan->sources.size()) - 1;
}

// Of the two sides, the rows of new files are held in memory, and the others pass by.
void LeaveOutRows(Plan* plan, int table, int source) {
  NodePtr& root = plan->tables[table].root;
  const MergePoint point = *MergePointOf(*plan, root);
  const SourcePlan& old = plan->sources[source];
  Join join;
  join.kind = Join::Kind::kRightAnti;
  join.left_keys = ColumnsOf(*old.schema);
  join.right_keys = ColumnsOf(*point.node->schema);
  join.null_safe.assign(join.left_keys.size(), true);
  root = RootOver(point,
                  MakeJoin(MakeScan(source, old.columns, old.schema), point.node, std::move(join)));
}

}  // namespace tarn::plan
