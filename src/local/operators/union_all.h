#pragma once

#include <vector>

#include "local/batch/operator.h"

namespace tarn::local {

/// \brief All rows of its inputs, one input after the other.
class UnionAllOperator : public Operator {
 public:
  UnionAllOperator(SchemaPtr schema, std::vector<OperatorPtr> inputs)
      : Operator(std::move(schema)), inputs_(std::move(inputs)) {}
  Result<BatchPtr> Next() override;

 private:
  std::vector<OperatorPtr> inputs_;
  size_t position_ = 0;
};

}  // namespace tarn::local
