#pragma once

#include "local/batch/operator.h"

namespace tarn::local {

/// \brief The first rows of its input, which it gives up once it has them.
class LimitOperator : public Operator {
 public:
  LimitOperator(SchemaPtr schema, OperatorPtr input, int64_t num_rows)
      : Operator(std::move(schema)), input_(std::move(input)), num_rows_left_(num_rows) {}
  Result<BatchPtr> Next() override;

 private:
  OperatorPtr input_;
  int64_t num_rows_left_;
};

}  // namespace tarn::local
