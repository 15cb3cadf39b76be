#include "local/run_graph.h"

#include <algorithm>
#include <numeric>

#include "local/operators/aggregate.h"
#include "local/operators/filter.h"
#include "local/operators/hash_join.h"
#include "local/operators/limit.h"
#include "local/operators/one_row.h"
#include "local/operators/project.h"
#include "local/operators/row_number.h"
#include "local/operators/select_columns.h"
#include "local/operators/sort.h"
#include "local/operators/top_row.h"
#include "local/operators/union_all.h"

namespace tarn::local {

// Builds the operators of one table, outputs first.
class RunGraph::Builder {
 public:
  Builder(RunGraph* graph, const Options& options, int table) : graph_(graph), options_(options) {
    context_.scheduler = options.scheduler;
    context_.backlog = options.backlog;
    context_.poll = [control = options.control, table] { return control->Poll(table); };
  }

  // The operators of `node` and below it.
  Status Build(const plan::Node& node, PieceSinkPtr next) {
    StageContext context = context_;
    context.spill = std::make_shared<SpillStore>(options_.spill_dir);
    Operator& made = graph_->operators_.emplace_back(&node, options_, context.spill);
    context.meter = &made.meter;
    context.memory = made.meter.memory();
    ARROW_ASSIGN_OR_RAISE(
        const std::vector<PieceSinkPtr> inputs,
        std::visit([&](const auto& op) { return Make(op, node, context, std::move(next)); },
                   node.op));
    for (size_t i = 0; i < inputs.size(); ++i) {
      ARROW_RETURN_NOT_OK(Build(*node.inputs[i], inputs[i]));
    }
    return Status::OK();
  }

 private:
  // Where each input of the operator goes.
  using Inputs = Result<std::vector<PieceSinkPtr>>;

  Inputs Make(const plan::Scan& scan, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    // The source's batches have the columns `output` of those that are read.
    const std::vector<int>& output = options_.plan->sources[scan.source].output;
    std::vector<int> columns;
    for (const int column : scan.columns) {
      const auto found = std::find(output.begin(), output.end(), column);
      columns.push_back(static_cast<int>(found - output.begin()));
    }
    graph_->sources_[scan.source]->Add(std::make_shared<SelectColumnsStage>(
        context, node.schema, std::move(columns), std::move(next)));
    return std::vector<PieceSinkPtr>();
  }
  Inputs Make(const plan::TableInput& input, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    std::vector<int> columns(node.schema->num_fields());
    std::iota(columns.begin(), columns.end(), 0);
    graph_->tables_[input.table]->Add(std::make_shared<SelectColumnsStage>(
        context, node.schema, std::move(columns), std::move(next)));
    return std::vector<PieceSinkPtr>();
  }
  Inputs Make(const plan::OneRow&, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    graph_->starts_.push_back(
        [schema = node.schema, output = StageOutput(context.meter, std::move(next))] {
          PushOneRow(schema, output);
        });
    return std::vector<PieceSinkPtr>();
  }
  Inputs Make(const plan::Filter& filter, const plan::Node&, const StageContext& context,
              PieceSinkPtr next) {
    return One(std::make_shared<FilterStage>(
        context, CompiledExpr(filter.predicate, options_.context), std::move(next)));
  }
  Inputs Make(const plan::Project& project, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    return One(std::make_shared<ProjectStage>(
        context, node.schema, CompileAll(project.exprs, options_.context), std::move(next)));
  }
  Inputs Make(const plan::Join& join, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    ARROW_ASSIGN_OR_RAISE(
        const HashJoin made,
        HashJoin::Make(context, node.schema, node.inputs[0]->schema, node.inputs[1]->schema, join,
                       options_.context, std::move(next)));
    return std::vector<PieceSinkPtr>{made.left, made.right};
  }
  Inputs Make(const plan::Aggregate& aggregate, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    return One(
        AggregateStage::Make(context, node.schema, aggregate, options_.context, std::move(next)));
  }
  Inputs Make(const plan::RowNumber& row_number, const plan::Node& node,
              const StageContext& context, PieceSinkPtr next) {
    return One(
        RowNumberStage::Make(context, node.schema, row_number, options_.context, std::move(next)));
  }
  Inputs Make(const plan::TopRow& top_row, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    return One(TopRowStage::Make(context, node.schema, top_row, options_.context, std::move(next)));
  }
  Inputs Make(const plan::Sort& sort, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    return One(std::make_shared<SortStage>(
        context, node.schema, SortKeys(sort.keys, options_.context), sort.limit, std::move(next)));
  }
  Inputs Make(const plan::Limit& limit, const plan::Node&, const StageContext& context,
              PieceSinkPtr next) {
    auto stage = std::make_shared<LimitStage>(context, limit.num_rows, std::move(next));
    graph_->starts_.push_back([stage] { stage->Start(); });
    return One(std::move(stage));
  }
  Inputs Make(const plan::UnionAll&, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    return UnionAll::Make(context, node.schema, static_cast<int>(node.inputs.size()),
                          std::move(next));
  }

  template <class Stage>
  static Inputs One(Result<std::shared_ptr<Stage>> stage) {
    ARROW_RETURN_NOT_OK(stage.status());
    return std::vector<PieceSinkPtr>{*std::move(stage)};
  }
  template <class Stage>
  static Inputs One(std::shared_ptr<Stage> stage) {
    return std::vector<PieceSinkPtr>{std::move(stage)};
  }

  RunGraph* const graph_;
  const Options& options_;
  StageContext context_;
};

RunGraph::RunGraph(const Options& options) : scheduler_(options.scheduler) {
  for (size_t i = 0; i < options.plan->sources.size(); ++i) {
    sources_.push_back(std::make_shared<FanOut>());
  }
  for (const PieceSinkPtr& table : options.tables) {
    tables_.push_back(std::make_shared<FanOut>());
    tables_.back()->Add(table);
  }
}

Result<std::unique_ptr<RunGraph>> RunGraph::Make(const Options& options) {
  std::unique_ptr<RunGraph> graph(new RunGraph(options));
  for (size_t table = 0; table < options.tables.size(); ++table) {
    Builder builder(graph.get(), options, static_cast<int>(table));
    ARROW_RETURN_NOT_OK(builder.Build(*options.plan->tables[table].root, graph->tables_[table]));
  }
  return graph;
}

void RunGraph::Start() {
  for (const Scheduler::Task& start : starts_) {
    scheduler_->Submit(Scheduler::Priority::kDeliver, start);
  }
}

int64_t RunGraph::spilled_bytes() const {
  int64_t num_bytes = 0;
  for (const Operator& made : operators_) num_bytes += made.spill->bytes_written();
  return num_bytes;
}

std::vector<NodeMetrics> RunGraph::metrics() const {
  std::vector<NodeMetrics> metrics;
  for (const Operator& made : operators_) {
    metrics.push_back(made.meter.metrics());
    metrics.back().spilled_bytes = made.spill->bytes_written();
  }
  return metrics;
}

}  // namespace tarn::local
