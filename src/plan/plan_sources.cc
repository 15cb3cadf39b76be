#include <map>
#include <set>

#include "plan/file_columns.h"
#include "plan/node.h"
#include "plan/optimize.h"

namespace tarn::plan {
namespace {

// By source: the columns of its schema that some scan puts out.
void CollectScans(const Node& node, std::map<int, std::set<int>>* columns) {
  if (const Scan* scan = As<Scan>(node)) {
    (*columns)[scan->source].insert(scan->columns.begin(), scan->columns.end());
  }
  for (const NodePtr& input : node.inputs) CollectScans(*input, columns);
}

SourcePlan MakeSourcePlan(const pipeline::Source& source, const std::set<int>& output,
                          const ExprPtr& filter) {
  std::vector<int> filter_columns;
  if (filter != nullptr) CollectColumns(*filter, &filter_columns);
  std::set<int> columns = output;
  columns.insert(filter_columns.begin(), filter_columns.end());

  SourcePlan plan;
  plan.source = &source;
  std::vector<int> mapping(source.schema->num_fields() + kNumFileColumns, -1);
  arrow::FieldVector fields;
  for (int column : columns) {
    mapping[column] = static_cast<int>(plan.columns.size());
    if (output.count(column) > 0) plan.output.push_back(mapping[column]);
    plan.columns.push_back(column);
    fields.push_back(ScanField(source, column));
  }
  plan.schema = arrow::schema(std::move(fields));
  if (filter != nullptr) plan.filter = RemapColumns(filter, mapping);
  return plan;
}

}  // namespace

void PlanSources(const std::vector<ExprPtr>& filters, Plan* plan) {
  std::map<int, std::set<int>> scanned;
  for (const TablePlan& table : plan->tables) CollectScans(*table.root, &scanned);
  std::map<int, int> new_index;
  for (const auto& [source, output] : scanned) {
    new_index[source] = static_cast<int>(plan->sources.size());
    plan->sources.push_back(
        MakeSourcePlan(plan->pipeline->sources[source], output, filters[source]));
  }
  auto renumber = [&](const NodePtr& node) {
    const Scan* scan = As<Scan>(*node);
    if (scan == nullptr) return node;
    int source = new_index[scan->source];
    const std::vector<int>& columns = plan->sources[source].columns;
    std::vector<int> positions;
    for (int column : scan->columns) {
      positions.push_back(static_cast<int>(
          std::lower_bound(columns.begin(), columns.end(), column) - columns.begin()));
    }
    return MakeScan(source, std::move(positions), node->schema);
  };
  for (TablePlan& table : plan->tables) table.root = RewriteBottomUp(table.root, renumber);
}

}  // namespace tarn::plan
