#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "spark/connect/execution_observer.h"
#include "spark/runner/message_writer.h"

namespace tarn::spark {

/// \brief Passes on how far Spark is with a table or a source, and keeps what it counted.
/// Threads: as ExecutionObserver.
class ExecutionWatch : public connect::ExecutionObserver {
 public:
  ExecutionWatch(std::string subject, MessageWriter* writer)
      : subject_(std::move(subject)), writer_(writer) {}

  void OnProgress(const connect::ExecutionProgress& progress) override;
  void OnObservedMetrics(const connect::ObservedMetrics& metrics) override;

  /// \brief The stages that Spark reported, by number. It reports every two seconds or so, and
  /// never short ones.
  std::vector<StageTime> stages() const;

  /// \brief What the aggregates of the plan's Observe counted, in its order; empty when Spark did
  /// not report them.
  const std::vector<int64_t>& counts() const { return counts_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Stage {
    Clock::time_point begin;
    Clock::time_point end;
    int64_t num_tasks = 0;
    int64_t num_bytes = 0;
    bool is_done = false;
  };

  const std::string subject_;
  MessageWriter* const writer_;
  std::map<int64_t, Stage> stages_;
  std::vector<int64_t> counts_;
};

}  // namespace tarn::spark
