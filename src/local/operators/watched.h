#pragma once

#include <vector>

#include "local/batch/metrics.h"
#include "local/batch/operator.h"

namespace tarn::local {

/// \brief Wraps an operator: stops when told to, and measures what it puts out.
class WatchedOperator : public Operator {
 public:
  /// \param[in] poll Cancelled when the operator should stop.
  /// \param[in] metrics of the wrapped node; null: not measured. Borrowed.
  /// \param[in] inputs the wrapped inputs of the wrapped operator, whose time is not its own.
  WatchedOperator(OperatorPtr wrapped, Poll poll, NodeMetrics* metrics,
                  std::vector<const WatchedOperator*> inputs)
      : Operator(wrapped->schema()),
        wrapped_(std::move(wrapped)),
        poll_(std::move(poll)),
        metrics_(metrics),
        inputs_(std::move(inputs)) {}
  Result<BatchPtr> Next() override;

 private:
  Result<BatchPtr> MeasuredNext();
  double InputSeconds() const;

  const OperatorPtr wrapped_;
  const Poll poll_;
  NodeMetrics* const metrics_;
  const std::vector<const WatchedOperator*> inputs_;
  double total_seconds_ = 0;
};

}  // namespace tarn::local
