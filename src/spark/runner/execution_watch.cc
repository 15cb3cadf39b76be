#include "spark/runner/execution_watch.h"

namespace tarn::spark {

void ExecutionWatch::OnProgress(const connect::ExecutionProgress& progress) {
  const auto now = Clock::now();
  TaskProgress message{subject_, {}};
  for (const connect::StageProgress& told : progress.stages) {
    Stage& stage = stages_.try_emplace(told.stage_id, Stage{now, now}).first->second;
    if (!stage.is_done) stage.end = now;
    stage.is_done = told.is_done;
    stage.num_tasks = told.num_tasks;
    stage.num_bytes = told.input_bytes_read;
    message.stages.push_back(
        {told.stage_id, told.num_tasks, told.num_completed_tasks, told.input_bytes_read});
  }
  writer_->Send(message);
}

void ExecutionWatch::OnObservedMetrics(const connect::ObservedMetrics& metrics) {
  counts_.clear();
  for (const auto& [name, value] : metrics.values) {
    if (value->type->id() != arrow::Type::INT64 || !value->is_valid) continue;
    counts_.push_back(static_cast<const arrow::Int64Scalar&>(*value).value);
  }
}

std::vector<StageTime> ExecutionWatch::stages() const {
  std::vector<StageTime> times;
  for (const auto& [number, stage] : stages_) {
    const std::chrono::duration<double> seconds = stage.end - stage.begin;
    times.push_back({number, stage.num_tasks, seconds.count(), stage.num_bytes});
  }
  return times;
}

}  // namespace tarn::spark
