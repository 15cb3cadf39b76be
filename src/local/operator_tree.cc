#include "local/operator_tree.h"

#include <numeric>

#include "local/operators/aggregate.h"
#include "local/operators/filter.h"
#include "local/operators/hash_join.h"
#include "local/operators/limit.h"
#include "local/operators/one_row.h"
#include "local/operators/project.h"
#include "local/operators/row_number.h"
#include "local/operators/sort.h"
#include "local/operators/stream_input.h"
#include "local/operators/top_row.h"
#include "local/operators/union_all.h"

namespace tarn::local {
namespace {

void CountReaders(const plan::Node& node, std::vector<int>* sources, std::vector<int>* tables) {
  if (const auto* scan = std::get_if<plan::Scan>(&node.op)) ++(*sources)[scan->source];
  if (const auto* input = std::get_if<plan::TableInput>(&node.op)) ++(*tables)[input->table];
  for (const plan::NodePtr& input : node.inputs) CountReaders(*input, sources, tables);
}

class Builder {
 public:
  explicit Builder(const TreeOptions& options) : options_(options) {}

  Result<std::unique_ptr<WatchedOperator>> Build(const plan::Node& node) {
    std::vector<OperatorPtr> inputs;
    std::vector<const WatchedOperator*> watched;
    for (const plan::NodePtr& input : node.inputs) {
      ARROW_ASSIGN_OR_RAISE(auto built, Build(*input));
      watched.push_back(built.get());
      inputs.push_back(std::move(built));
    }
    NodeMetrics* metrics = nullptr;
    if (options_.metrics != nullptr) metrics = &options_.metrics->emplace_back(NodeMetrics{&node});
    OperatorPtr made = std::visit(
        [&](const auto& op) { return Make(op, node.schema, std::move(inputs)); }, node.op);
    return std::make_unique<WatchedOperator>(std::move(made), options_.poll, metrics,
                                             std::move(watched));
  }

 private:
  using Inputs = std::vector<OperatorPtr>;

  OperatorPtr Make(const plan::Scan& scan, const SchemaPtr& schema, Inputs) {
    // The stream's batches have the columns `output` of those that are read.
    const std::vector<int>& output = options_.plan->sources[scan.source].output;
    std::vector<int> columns;
    for (int column : scan.columns) {
      auto found = std::find(output.begin(), output.end(), column);
      columns.push_back(static_cast<int>(found - output.begin()));
    }
    Streams::Reader reader = options_.streams->TakeSourceReader(scan.source);
    return std::make_unique<StreamInputOperator>(schema, reader.stream, reader.number,
                                                 std::move(columns));
  }
  OperatorPtr Make(const plan::TableInput& input, const SchemaPtr& schema, Inputs) {
    std::vector<int> columns(schema->num_fields());
    std::iota(columns.begin(), columns.end(), 0);
    Streams::Reader reader = options_.streams->TakeTableReader(input.table);
    return std::make_unique<StreamInputOperator>(schema, reader.stream, reader.number,
                                                 std::move(columns));
  }
  OperatorPtr Make(const plan::OneRow&, const SchemaPtr& schema, Inputs) {
    return std::make_unique<OneRowOperator>(schema);
  }
  OperatorPtr Make(const plan::Filter& filter, const SchemaPtr& schema, Inputs inputs) {
    return std::make_unique<FilterOperator>(schema, std::move(inputs[0]),
                                            CompiledExpr(filter.predicate, options_.context));
  }
  OperatorPtr Make(const plan::Project& project, const SchemaPtr& schema, Inputs inputs) {
    return std::make_unique<ProjectOperator>(schema, std::move(inputs[0]),
                                             CompileAll(project.exprs, options_.context));
  }
  OperatorPtr Make(const plan::Join& join, const SchemaPtr& schema, Inputs inputs) {
    return std::make_unique<HashJoinOperator>(schema, std::move(inputs[0]), std::move(inputs[1]),
                                              join, options_.context, options_.poll);
  }
  OperatorPtr Make(const plan::Aggregate& aggregate, const SchemaPtr& schema, Inputs inputs) {
    return std::make_unique<AggregateOperator>(schema, std::move(inputs[0]), aggregate,
                                               options_.context, options_.poll);
  }
  OperatorPtr Make(const plan::RowNumber& row_number, const SchemaPtr& schema, Inputs inputs) {
    return std::make_unique<RowNumberOperator>(schema, std::move(inputs[0]), row_number,
                                               options_.context, options_.poll);
  }
  OperatorPtr Make(const plan::TopRow& top_row, const SchemaPtr& schema, Inputs inputs) {
    return std::make_unique<TopRowOperator>(schema, std::move(inputs[0]), top_row, options_.context,
                                            options_.poll);
  }
  OperatorPtr Make(const plan::Sort& sort, const SchemaPtr& schema, Inputs inputs) {
    return std::make_unique<SortOperator>(schema, std::move(inputs[0]),
                                          SortKeys(sort.keys, options_.context), options_.poll);
  }
  OperatorPtr Make(const plan::Limit& limit, const SchemaPtr& schema, Inputs inputs) {
    return std::make_unique<LimitOperator>(schema, std::move(inputs[0]), limit.num_rows);
  }
  OperatorPtr Make(const plan::UnionAll&, const SchemaPtr& schema, Inputs inputs) {
    return std::make_unique<UnionAllOperator>(schema, std::move(inputs));
  }

  const TreeOptions& options_;
};

}  // namespace

Streams::Streams(const plan::Plan& plan, CpuSlots* slots, const arrow::StopToken& stop)
    : next_source_reader_(plan.sources.size(), 0), next_table_reader_(plan.tables.size(), 0) {
  std::vector<int> source_readers(plan.sources.size(), 0), table_readers(plan.tables.size(), 0);
  for (const plan::TablePlan& table : plan.tables) {
    CountReaders(*table.root, &source_readers, &table_readers);
  }
  for (int num_readers : source_readers) {
    sources_.push_back(std::make_unique<BatchStream>(num_readers, slots, stop));
  }
  for (int num_readers : table_readers) {
    tables_.push_back(num_readers == 0 ? nullptr
                                       : std::make_unique<BatchStream>(num_readers, slots, stop));
  }
}

std::vector<BatchStream*> Streams::sources() const {
  std::vector<BatchStream*> streams;
  for (const auto& stream : sources_) streams.push_back(stream.get());
  return streams;
}

Result<OperatorPtr> BuildTree(const plan::Node& root, const TreeOptions& options) {
  return Builder(options).Build(root);
}

}  // namespace tarn::local
