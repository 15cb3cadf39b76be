#pragma once

#include <arrow/scalar.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace tarn::connect {

/// \brief How far one stage of an execution is.
struct StageProgress {
  int64_t stage_id = 0;  ///< Spark's number of it
  int64_t num_tasks = 0;
  int64_t num_completed_tasks = 0;
  int64_t input_bytes_read = 0;  ///< 0 from servers that do not count it
  bool is_done = false;
};

/// \brief How far an execution is. Stages are those that Spark has begun so far.
struct ExecutionProgress {
  std::vector<StageProgress> stages;
  int64_t num_running_tasks = 0;  ///< of all stages
};

/// \brief The values of a relation's Observe; none when Spark could not compute them.
struct ObservedMetrics {
  std::string name;  ///< that Observe was given
  std::vector<std::pair<std::string, std::shared_ptr<arrow::Scalar>>> values;  ///< in its order
};

/// \brief A number that Spark counted in one operator of the plan that it carried out.
struct OperatorMetric {
  std::string operator_name;  ///< such as "Execute InsertIntoHadoopFsRelationCommand"
  std::string name;           ///< such as "number of output rows"
  int64_t value = 0;
  std::string type;  ///< "sum", "size" (bytes), "timing" (ms), "nsTiming" (ns) or "average"
};

/// \brief Receives what a server reports while it carries out one plan.
///
/// Threads: called on the thread that makes the call or reads the result, within it.
class ExecutionObserver {
 public:
  virtual ~ExecutionObserver() = default;

  /// \brief About every two seconds; not at all from servers that do not report it.
  virtual void OnProgress(const ExecutionProgress&) {}

  /// \brief Once for each Observe, before the end.
  virtual void OnObservedMetrics(const ObservedMetrics&) {}

  /// \brief Of all operators, before the end; of queries only, not of writes.
  virtual void OnOperatorMetrics(const std::vector<OperatorMetric>&) {}
};

}  // namespace tarn::connect
