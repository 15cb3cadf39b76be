#pragma once

#include <utility>

#include "local/batch/gather.h"
#include "local/batch/operator.h"

namespace tarn::local {

/// \brief An operator that reads its whole input before it emits a row.
class BlockingOperator : public Operator {
 public:
  Result<BatchPtr> Next() final {
    if (input_ != nullptr) {
      ARROW_ASSIGN_OR_RAISE(BatchPtr rows, Compute(input_.get()));
      output_ = Slicer(std::move(rows));
      input_ = nullptr;
    }
    return output_.Next();
  }

 protected:
  BlockingOperator(SchemaPtr schema, OperatorPtr input, Poll poll)
      : Operator(std::move(schema)), input_(std::move(input)), poll_(std::move(poll)) {}

  const Poll& poll() const { return poll_; }

 private:
  /// \brief All rows of the result, made of all batches of `input`. Called once.
  virtual Result<BatchPtr> Compute(Operator* input) = 0;

  OperatorPtr input_;  // null once read
  const Poll poll_;
  Slicer output_;
};

}  // namespace tarn::local
