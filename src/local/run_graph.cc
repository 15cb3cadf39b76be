#include "local/run_graph.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>

#include "local/operators/aggregate.h"
#include "local/operators/filter.h"
#include "local/operators/generate.h"
#include "local/operators/hash_join.h"
#include "local/operators/limit.h"
#include "local/operators/one_row.h"
#include "local/operators/project.h"
#include "local/operators/range.h"
#include "local/operators/row_number.h"
#include "local/operators/select_columns.h"
#include "local/operators/sort.h"
#include "local/operators/top_row.h"
#include "local/operators/union_all.h"
#include "local/operators/window.h"
#include "plan/build_expr.h"
#include "plan/node.h"

namespace tarn::local {

namespace {

using Columns = std::vector<int>;

Columns AllColumns(const arrow::Schema& schema) {
  Columns columns(schema.num_fields());
  std::iota(columns.begin(), columns.end(), 0);
  return columns;
}

// Whether operators of this node can leave out columns that their consumer does not read: those
// that copy the rows which they put out.
bool LeavesOutColumns(const plan::Node& node) {
  return plan::As<plan::Filter>(node) != nullptr || plan::As<plan::Join>(node) != nullptr ||
         plan::As<plan::Generate>(node) != nullptr;
}

// The columns of an input that an operator reads, and its expressions over these alone.
class ColumnsRead {
 public:
  // `exprs` are all that the operator has, `passed` the columns that its own output has.
  ColumnsRead(const plan::Node& input, const std::vector<plan::ExprPtr>& exprs,
              const Columns& passed = {})
      : columns_(AllColumns(*input.schema)), mapping_(columns_) {
    if (!LeavesOutColumns(input)) return;
    Columns read = passed;
    for (const plan::ExprPtr& expr : exprs) plan::CollectColumns(*expr, &read);
    const std::set<int> distinct(read.begin(), read.end());
    columns_.assign(distinct.begin(), distinct.end());
    for (size_t i = 0; i < columns_.size(); ++i) mapping_[columns_[i]] = static_cast<int>(i);
  }

  // Ascending.
  const Columns& columns() const { return columns_; }

  plan::ExprPtr Of(const plan::ExprPtr& expr) const { return plan::RemapColumns(expr, mapping_); }
  std::vector<plan::ExprPtr> Of(std::vector<plan::ExprPtr> exprs) const {
    for (plan::ExprPtr& expr : exprs) expr = Of(expr);
    return exprs;
  }
  Columns Of(Columns columns) const {
    for (int& column : columns) column = mapping_[column];
    return columns;
  }
  plan::Aggregate Of(plan::Aggregate aggregate) const {
    aggregate.keys = Of(std::move(aggregate.keys));
    for (plan::AggregateCall& call : aggregate.calls) {
      call.args = Of(std::move(call.args));
      if (call.filter != nullptr) call.filter = Of(call.filter);
    }
    return aggregate;
  }

 private:
  Columns columns_;
  Columns mapping_;  // by column of the input; of those that are read
};

std::vector<plan::ExprPtr> ExprsOf(const plan::Aggregate& aggregate) {
  std::vector<plan::ExprPtr> exprs = aggregate.keys;
  for (const plan::AggregateCall& call : aggregate.calls) {
    exprs.insert(exprs.end(), call.args.begin(), call.args.end());
    if (call.filter != nullptr) exprs.push_back(call.filter);
  }
  return exprs;
}

}  // namespace

// Builds the operators of one table, outputs first.
class RunGraph::Builder {
 public:
  Builder(RunGraph* graph, const Options& options, int table) : graph_(graph), options_(options) {
    context_.scheduler = options.scheduler;
    context_.backlog = options.backlog;
    context_.poll = [control = options.control, table] { return control->Poll(table); };
  }

  // Where the output of an operator goes.
  struct Output {
    PieceSinkPtr sink;
    // Those of its node's that it is to have, ascending; null: all. Only where it LeavesOutColumns.
    std::optional<Columns> columns;
  };

  // The operators of `node` and below it.
  Status Build(const plan::Node& node, Output output) {
    StageContext context = context_;
    context.spill = std::make_shared<SpillStore>(options_.spill_dir);
    Operator& made = graph_->operators_.emplace_back(&node, options_, context.spill);
    context.meter = &made.meter;
    context.memory = made.meter.memory();
    const auto make = [&](const auto& op) -> Inputs {
      if constexpr (requires { Make(op, node, context, std::move(output)); }) {
        return Make(op, node, context, std::move(output));
      } else {
        return Make(op, node, context, std::move(output.sink));
      }
    };
    ARROW_ASSIGN_OR_RAISE(std::vector<Output> inputs, std::visit(make, node.op));
    for (size_t i = 0; i < inputs.size(); ++i) {
      ARROW_RETURN_NOT_OK(Build(*node.inputs[i], std::move(inputs[i])));
    }
    return Status::OK();
  }

 private:
  // What becomes of each input of the operator.
  using Inputs = Result<std::vector<Output>>;

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
    return std::vector<Output>();
  }
  Inputs Make(const plan::TableInput& input, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    graph_->tables_[input.table]->Add(std::make_shared<SelectColumnsStage>(
        context, node.schema, AllColumns(*node.schema), std::move(next)));
    return std::vector<Output>();
  }
  Inputs Make(const plan::OneRow&, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    graph_->starts_.push_back(
        [schema = node.schema, output = StageOutput(context.meter, std::move(next))] {
          PushOneRow(schema, output);
        });
    return std::vector<Output>();
  }
  Inputs Make(const plan::Range& range, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    const auto output = std::make_shared<const StageOutput>(context.meter, std::move(next));
    graph_->starts_.push_back([range, schema = node.schema, context, output] {
      PushRange(context, schema, range, output);
    });
    return std::vector<Output>();
  }
  Inputs Make(const plan::Filter& filter, const plan::Node& node, const StageContext& context,
              Output output) {
    const Columns columns = output.columns.value_or(AllColumns(*node.schema));
    const ColumnsRead read(*node.inputs[0], {filter.predicate}, columns);
    auto stage = std::make_shared<FilterStage>(
        context, CompiledExpr(read.Of(filter.predicate), options_.context), read.Of(columns),
        std::move(output.sink));
    return One(Result(std::move(stage)), read);
  }
  Inputs Make(const plan::Project& project, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    const ColumnsRead read(*node.inputs[0], project.exprs);
    auto stage = std::make_shared<ProjectStage>(
        context, node.schema, CompileAll(read.Of(project.exprs), options_.context),
        std::move(next));
    return One(Result(std::move(stage)), read);
  }
  Inputs Make(const plan::Generate& generate, const plan::Node& node, const StageContext& context,
              Output output) {
    const Columns columns = output.columns.value_or(AllColumns(*node.schema));
    const int input_width = node.inputs[0]->schema->num_fields();
    GenerateStage::Columns made;
    for (const int column : columns) {
      if (column < input_width) {
        made.passed.push_back(column);
      } else {
        made.generated.push_back(column - input_width);
      }
      made.fields.push_back(node.schema->field(column));
    }
    const ColumnsRead read(*node.inputs[0], {generate.collection}, made.passed);
    made.passed = read.Of(made.passed);
    plan::Generate over_read = generate;
    over_read.collection = read.Of(generate.collection);
    auto stage = std::make_shared<GenerateStage>(context, over_read, std::move(made),
                                                 options_.context, std::move(output.sink));
    return One(Result(std::move(stage)), read);
  }
  Inputs Make(const plan::Join& join, const plan::Node& node, const StageContext& context,
              Output output) {
    const Columns columns = output.columns.value_or(AllColumns(*node.schema));
    ARROW_ASSIGN_OR_RAISE(const HashJoin made,
                          HashJoin::Make(context, node.inputs[0]->schema, node.inputs[1]->schema,
                                         columns, join, options_.context, std::move(output.sink)));
    return All({made.left, made.right});
  }
  Inputs Make(const plan::Aggregate& aggregate, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    const ColumnsRead read(*node.inputs[0], ExprsOf(aggregate));
    const plan::Aggregate& made = graph_->aggregates_.emplace_back(read.Of(aggregate));
    return One(AggregateStage::Make(context, node.schema, made, options_.context, std::move(next)),
               read);
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
  Inputs Make(const plan::Window& window, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    return One(WindowStage::Make(context, node.schema, window, options_.context, std::move(next)));
  }
  Inputs Make(const plan::Sort& sort, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    return One(std::make_shared<SortStage>(
        context, node.schema, SortKeys(sort.keys, options_.context), sort.limit, std::move(next)));
  }
  Inputs Make(const plan::Limit& limit, const plan::Node&, const StageContext& context,
              PieceSinkPtr next) {
    auto stage = std::make_shared<LimitStage>(context, limit, std::move(next));
    graph_->starts_.push_back([stage] { stage->Start(); });
    return One(std::move(stage));
  }
  Inputs Make(const plan::UnionAll&, const plan::Node& node, const StageContext& context,
              PieceSinkPtr next) {
    return All(UnionAll::Make(context, node.schema, static_cast<int>(node.inputs.size()),
                              std::move(next)));
  }

  // Inputs with all columns.
  static std::vector<Output> All(std::vector<PieceSinkPtr> sinks) {
    std::vector<Output> inputs;
    for (PieceSinkPtr& sink : sinks) inputs.push_back({std::move(sink), std::nullopt});
    return inputs;
  }
  template <class Stage>
  static Inputs One(Result<std::shared_ptr<Stage>> stage) {
    ARROW_RETURN_NOT_OK(stage.status());
    return All({*std::move(stage)});
  }
  template <class Stage>
  static Inputs One(std::shared_ptr<Stage> stage) {
    return All({std::move(stage)});
  }
  // An input with the columns that are read.
  template <class Stage>
  static Inputs One(Result<std::shared_ptr<Stage>> stage, const ColumnsRead& read) {
    ARROW_RETURN_NOT_OK(stage.status());
    return std::vector<Output>{{*std::move(stage), read.columns()}};
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
    ARROW_RETURN_NOT_OK(
        builder.Build(*options.plan->tables[table].root, {graph->tables_[table], std::nullopt}));
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
