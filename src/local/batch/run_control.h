#pragma once

#include <arrow/util/cancel.h>

#include <atomic>
#include <limits>

#include "base/error.h"

namespace tarn::local {

/// \brief Whether the parts of a run should go on. Threads: any.
///
/// A table that fails stops the later ones and lets the earlier ones run, so that the first error
/// in the order of tables is reported whatever the threads did. A source's error comes before any
/// table's.
class RunControl {
 public:
  explicit RunControl(arrow::StopToken stop) : stop_(std::move(stop)) {}

  const arrow::StopToken& stop() const { return stop_; }

  void ReportSourceFailure() { source_failed_ = true; }
  void ReportTableFailure(int table) {
    int first = first_failed_table_;
    while (table < first && !first_failed_table_.compare_exchange_weak(first, table)) {
    }
  }

  /// \brief Cancelled when table `table` should stop.
  Status Poll(int table) const {
    ARROW_RETURN_NOT_OK(stop_.Poll());
    if (source_failed_ || first_failed_table_ < table) {
      return Status::Cancelled("stopped after an error elsewhere");
    }
    return Status::OK();
  }

 private:
  const arrow::StopToken stop_;
  std::atomic<bool> source_failed_ = false;
  std::atomic<int> first_failed_table_ = std::numeric_limits<int>::max();
};

}  // namespace tarn::local
