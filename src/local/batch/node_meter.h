#pragma once

#include <atomic>

#include "base/memory_budget.h"
#include "base/self_time.h"
#include "local/batch/batch.h"
#include "local/batch/encoding.h"
#include "local/batch/metrics.h"

namespace tarn::local {

/// \brief Measures what one node of a plan does. Threads: any.
class NodeMeter {
 public:
  /// \param[in] node of the plan; null for what is no node, such as the writing of a table
  /// \param[in] measures work, memory and the size of rows, which takes a while; else rows alone
  /// \param[in] memory of the run; null: without a limit
  explicit NodeMeter(const plan::Node* node = nullptr, bool measures = false,
                     MemoryBudget* memory = nullptr)
      : node_(node),
        measures_(measures),
        run_memory_(memory),
        memory_(MemoryBudget::PartOf(memory)) {}

  /// \brief What the node's scopes compute for; null: it is not measured.
  SelfTime* time() { return measures_ ? &time_ : nullptr; }

  /// \brief For the node's grants.
  MemoryBudget* memory() { return measures_ ? &memory_ : run_memory_; }

  void CountOutput(const arrow::RecordBatch& batch) {
    num_rows_ += batch.num_rows();
    if (measures_) num_bytes_ += BatchBytes(batch).ValueOr(0);
  }

  /// \brief All but NodeMetrics::spilled_bytes.
  NodeMetrics metrics() const {
    return {node_, num_rows_, num_bytes_, time_.work(), memory_.peak_bytes(), 0};
  }

 private:
  const plan::Node* const node_;
  const bool measures_;
  SelfTime time_;
  MemoryBudget* const run_memory_;
  MemoryBudget memory_;  // part of run_memory_
  std::atomic<int64_t> num_rows_ = 0;
  std::atomic<int64_t> num_bytes_ = 0;
};

}  // namespace tarn::local
