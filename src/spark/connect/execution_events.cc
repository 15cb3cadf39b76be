#include "spark/connect/execution_events.h"

#include "spark/connect/literal.h"

namespace tarn::connect {
namespace {

namespace proto = ::spark::connect;

ExecutionProgress ProgressOf(const proto::ExecutePlanResponse::ExecutionProgress& message) {
  ExecutionProgress progress;
  progress.num_running_tasks = message.num_inflight_tasks();
  for (const auto& stage : message.stages()) {
    progress.stages.push_back({stage.stage_id(), stage.num_tasks(), stage.num_completed_tasks(),
                               stage.input_bytes_read(), stage.done()});
  }
  return progress;
}

Result<ObservedMetrics> ObservedOf(const proto::ExecutePlanResponse::ObservedMetrics& message) {
  ObservedMetrics metrics;
  metrics.name = message.name();
  for (int i = 0; i < message.values_size() && i < message.keys_size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto value, ScalarOf(message.values(i)));
    metrics.values.emplace_back(message.keys(i), std::move(value));
  }
  return metrics;
}

std::vector<OperatorMetric> OperatorMetricsOf(const proto::ExecutePlanResponse::Metrics& message) {
  std::vector<OperatorMetric> metrics;
  for (const auto& one : message.metrics()) {
    for (const auto& [key, metric] : one.execution_metrics()) {
      metrics.push_back({one.name(), metric.name(), metric.value(), metric.metric_type()});
    }
  }
  return metrics;
}

}  // namespace

Status TellObserver(const proto::ExecutePlanResponse& response, ExecutionObserver* observer) {
  if (response.has_execution_progress()) {
    observer->OnProgress(ProgressOf(response.execution_progress()));
  }
  for (const auto& message : response.observed_metrics()) {
    ARROW_ASSIGN_OR_RAISE(const auto metrics, ObservedOf(message));
    observer->OnObservedMetrics(metrics);
  }
  if (response.has_metrics()) observer->OnOperatorMetrics(OperatorMetricsOf(response.metrics()));
  return Status::OK();
}

}  // namespace tarn::connect
