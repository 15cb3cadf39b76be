#pragma once

#include <vector>

#include "local/operators/gather.h"
#include "local/operators/operator.h"
#include "local/operators/sort_key.h"

namespace tarn::local {

/// \brief Rows in the order of their keys; rows with equal keys stay in the input's order.
class SortOperator : public Operator {
 public:
  SortOperator(SchemaPtr schema, OperatorPtr input, SortKeys keys)
      : Operator(std::move(schema)), input_(std::move(input)), keys_(std::move(keys)) {}
  Result<BatchPtr> Next() override;

 private:
  Result<BatchPtr> Sorted();

  OperatorPtr input_;  // null once sorted
  const SortKeys keys_;
  Slicer output_;
};

}  // namespace tarn::local
