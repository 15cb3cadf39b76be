#pragma once

#include <vector>

#include "local/batch/operator.h"
#include "local/keys/sort_key.h"

namespace tarn::local {

/// \brief Rows in the order of their keys; rows with equal keys stay in the input's order.
class SortOperator : public Operator {
 public:
  SortOperator(SchemaPtr schema, OperatorPtr input, SortKeys keys, Poll poll = GoOn)
      : Operator(std::move(schema)),
        input_(std::move(input)),
        keys_(std::move(keys)),
        poll_(std::move(poll)) {}
  Result<BatchPtr> Next() override;

 private:
  Status Sort();

  OperatorPtr input_;  // null once sorted
  const SortKeys keys_;
  const Poll poll_;
  BatchPtr rows_;                             // as they came
  std::shared_ptr<arrow::Int64Array> order_;  // of rows_
  int64_t position_ = 0;                      // in order_
};

}  // namespace tarn::local
