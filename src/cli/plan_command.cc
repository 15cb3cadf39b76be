#include <optional>

#include "cli/analysis_text.h"
#include "cli/commands.h"
#include "cli/engine_choice.h"
#include "cli/estimate_text.h"
#include "cli/interrupt.h"
#include "cli/pipeline_loading.h"
#include "cli/plan_json.h"
#include "cli/progress_display.h"
#include "cli/refresh_text.h"
#include "cli/warner.h"
#include "engine/estimate.h"
#include "local/memory_shares.h"
#include "local/run_plan.h"
#include "plan/plan.h"
#include "run/interrupted.h"
#include "session/refresh_of_run.h"
#include "spark/engine/run_on_spark.h"
#include "system/machine.h"

namespace tarn::cli {
namespace {

// Runs the plan without writing anything.
Result<local::RunMetrics> Analyze(storage::Storages* storages, const plan::Plan& plan,
                                  int num_threads, const Console& console) {
  InterruptGuard interrupt;
  ProgressDisplay display(console.err, ProgressDisplay::Mode::kTerminalOnly, interrupt.token());
  local::RunOptions options;
  options.context.storages = storages;
  options.num_threads = num_threads;
  options.context.stop = interrupt.token();
  options.context.observer = &display;
  options.analyze = true;
  Result<local::RunMetrics> metrics = local::RunPlan(plan, nullptr, options);
  if (!metrics.ok() && interrupt.token().IsStopRequested()) return run::InterruptedError();
  return metrics;
}

Result<std::string> ExplainOnSpark(const PlanArguments& arguments, storage::Storages* storages,
                                   const plan::Plan& plan, const Console& console) {
  if (arguments.analyze) {
    return MakeError(ErrorKind::kUsage,
                     "--analyze is for --engine local: Spark's UI shows what its nodes did");
  }
  InterruptGuard interrupt;
  ProgressDisplay display(console.err, ProgressDisplay::Mode::kTerminalOnly, interrupt.token());
  spark::SparkOptions options;
  options.context.storages = storages;
  options.server = ServerOf(arguments.engine);
  options.context.stop = interrupt.token();
  options.context.observer = &display;
  options.context.warn = Warner(console.err);
  Result<std::string> text = spark::ExplainOnSpark(plan, options);
  display.Finish();
  if (!text.ok() && interrupt.token().IsStopRequested()) return run::InterruptedError();
  return text;
}

// As text. An analysis shows what the plan took, in the place of an estimate.
void PrintPlan(const ShownPlan& shown, const Console& console) {
  if (shown.metrics != nullptr) {
    console.out.stream() << plan::ToString(shown.plan) << "\n"
                         << AnalysisText(*shown.metrics, console.out);
    return;
  }
  console.out.stream() << (shown.spark_plan.empty() ? plan::ToString(shown.plan)
                                                    : shown.spark_plan);
  const std::string refreshes = RefreshText(shown.plan, shown.refreshes, console.out);
  if (!refreshes.empty()) console.out.stream() << "\n" << refreshes;
  if (!shown.size) return;
  console.out.stream() << "\n"
                       << EstimateText(engine::Sum(shown.size->sources), shown.size->on_spark,
                                       engine::LocalMemory(shown.plan, shown.size->sources),
                                       local::MemoryOf(shown.plan.pipeline->run), ThisMachine(),
                                       console.out);
}

}  // namespace

Status ShowPlan(const PlanArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(const auto named, TakePipeline(arguments.tables, false));
  const auto& [folder, tables] = named;
  if (arguments.engine.name == EngineName::kSpark) {
    ARROW_RETURN_NOT_OK(CheckForSpark({arguments.memory, arguments.num_threads}));
  }
  const PipelineArguments pipeline = WithMemory(folder, arguments.memory);
  ARROW_ASSIGN_OR_RAISE(const auto session, OpenSession(pipeline, &console.err));
  storage::Storages* const storages = session->storages();
  const auto engine = EngineOf(arguments.engine);
  ARROW_ASSIGN_OR_RAISE(const auto plan, session->Plan(tables, *engine));
  ShownPlan shown{*plan, std::string(engine->name())};
  local::RunMetrics metrics;
  // Before joins are ordered by what there is now: it is a matter of the SQL alone.
  shown.refreshes = session::RefreshesOfRun(*plan, *engine);
  if (arguments.engine.name == EngineName::kSpark) {
    ARROW_ASSIGN_OR_RAISE(shown.spark_plan, ExplainOnSpark(arguments, storages, *plan, console));
  } else if (arguments.analyze) {
    ARROW_ASSIGN_OR_RAISE(metrics, Analyze(storages, *plan, arguments.num_threads, console));
    shown.metrics = &metrics;
    *plan = metrics.plan;
  }
  if (arguments.json || !arguments.analyze) {
    // A plan is worth seeing without its data too.
    // Spark orders joins itself.
    const bool orders_joins = arguments.engine.name != EngineName::kSpark && !arguments.analyze;
    Result<session::PlanSize> size = session->Measure(*plan, orders_joins);
    if (size.ok()) {
      shown.size = *std::move(size);
      if (orders_joins) {
        *plan = plan::OrderJoins(
            *plan, engine::SourceSizes(shown.size->sources, std::move(shown.size->samples)));
      }
    } else {
      Warner(console.err)("no estimate: " + MessageOf(size.status()));
    }
  }
  if (arguments.json) {
    console.out.stream() << PlanJson(shown, ThisMachine());
  } else {
    PrintPlan(shown, console);
  }
  return Status::OK();
}

}  // namespace tarn::cli
