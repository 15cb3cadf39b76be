#pragma once

#include <arrow/util/byte_size.h>

#include <atomic>

#include "local/batch/batch.h"
#include "local/batch/metrics.h"
#include "local/batch/self_time.h"

namespace tarn::local {

/// \brief Measures what one node of a plan does. Threads: any.
class NodeMeter {
 public:
  /// \param[in] node of the plan; null for what is no node, such as the writing of a table
  /// \param[in] counts_bytes whether the size of the rows is measured, which takes a while
  explicit NodeMeter(const plan::Node* node = nullptr, bool counts_bytes = false)
      : node_(node), counts_bytes_(counts_bytes) {}

  SelfTime* time() { return &time_; }

  void CountOutput(const arrow::RecordBatch& batch) {
    num_rows_ += batch.num_rows();
    if (counts_bytes_) num_bytes_ += arrow::util::ReferencedBufferSize(batch).ValueOr(0);
  }

  NodeMetrics metrics() const { return {node_, num_rows_, num_bytes_, time_.seconds()}; }

 private:
  const plan::Node* const node_;
  const bool counts_bytes_;
  SelfTime time_;
  std::atomic<int64_t> num_rows_ = 0;
  std::atomic<int64_t> num_bytes_ = 0;
};

}  // namespace tarn::local
