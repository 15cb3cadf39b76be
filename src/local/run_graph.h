#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "local/batch/backlog.h"
#include "local/batch/fan_out.h"
#include "local/batch/node_meter.h"
#include "local/batch/run_control.h"
#include "local/batch/scheduler.h"
#include "local/batch/stage.h"
#include "local/kernels/kernel.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief The operators of all tables of a plan, connected: what a source pushes goes at once
/// through the operators of every table that reads it, up to those that need all of their input or
/// its order.
class RunGraph {
 public:
  /// All pointers are borrowed.
  struct Options {
    const plan::Plan* plan = nullptr;
    ExprContext context;                  ///< of the run
    Scheduler* scheduler = nullptr;       ///< of the run
    Backlog* backlog = nullptr;           ///< of the run
    const RunControl* control = nullptr;  ///< of the run
    bool measures = false;                ///< what each node takes, beside its number of rows
    std::vector<PieceSinkPtr> tables;     ///< where the rows of each table go
    MemoryBudget* memory = nullptr;       ///< of the run; null: without a limit
    std::string spill_dir{};              ///< where operators write what memory does not hold
  };

  static Result<std::unique_ptr<RunGraph>> Make(const Options& options);

  /// \brief Where the batches of each source go. They have the columns SourcePlan::output.
  std::vector<PieceSinkPtr> sources() const { return {sources_.begin(), sources_.end()}; }

  /// \brief Submit what begins without a source. Called once.
  void Start();

  /// \brief By table, then by node. Call after the run.
  std::vector<NodeMetrics> metrics() const;

  /// \brief What all operators wrote to disk because memory ended.
  int64_t spilled_bytes() const;

 private:
  class Builder;
  struct Operator {
    Operator(const plan::Node* node, const Options& options, std::shared_ptr<SpillStore> store)
        : meter(node, options.measures, options.memory), spill(std::move(store)) {}

    NodeMeter meter;
    std::shared_ptr<SpillStore> spill;
  };

  explicit RunGraph(const Options& options);

  Scheduler* const scheduler_;
  std::deque<plan::Aggregate> aggregates_;        // over the columns that they read, for operators
  std::deque<Operator> operators_;                // by table, then by node
  std::vector<std::shared_ptr<FanOut>> sources_;  // to those who read each
  std::vector<std::shared_ptr<FanOut>> tables_;   // to the table, and to those who read it
  std::vector<Scheduler::Task> starts_;           // own the operators that they begin with
};

}  // namespace tarn::local
