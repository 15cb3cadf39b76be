#pragma once

#include "local/batch/operator.h"

namespace tarn::local {

/// \brief One row without columns.
class OneRowOperator : public Operator {
 public:
  explicit OneRowOperator(SchemaPtr schema) : Operator(std::move(schema)) {}
  Result<BatchPtr> Next() override;

 private:
  bool done_ = false;
};

}  // namespace tarn::local
