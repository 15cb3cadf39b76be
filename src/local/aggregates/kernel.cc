#include <arrow/compute/api.h>
#include <arrow/compute/exec.h>
#include <arrow/compute/function.h>
#include <arrow/compute/registry.h>

#include "local/aggregates/accumulators_internal.h"

namespace tarn::local {
namespace {

namespace compute = arrow::compute;

class KernelAccumulator : public Accumulator {
 public:
  static Result<AccumulatorPtr> Make(const std::string& name,
                                     const std::shared_ptr<arrow::DataType>& type) {
    ARROW_ASSIGN_OR_RAISE(auto function, compute::GetFunctionRegistry()->GetFunction(name));
    if (function->kind() != compute::Function::HASH_AGGREGATE) {
      return Status::NotImplemented("Not an aggregate of Arrow's: ", name);
    }
    const std::vector<arrow::TypeHolder> types = {type, arrow::uint32()};
    ARROW_ASSIGN_OR_RAISE(const compute::Kernel* kernel, function->DispatchExact(types));
    auto accumulator = std::make_unique<KernelAccumulator>();
    accumulator->kernel_ = static_cast<const compute::HashAggregateKernel*>(kernel);
    const compute::ScalarAggregateOptions options(/*skip_nulls=*/true, /*min_count=*/1);
    ARROW_ASSIGN_OR_RAISE(accumulator->state_,
                          kernel->init(&accumulator->context_, {kernel, types, &options}));
    accumulator->context_.SetState(accumulator->state_.get());
    return accumulator;
  }

  Status Consume(const GroupedRows& rows) override {
    num_groups_ = rows.num_groups;
    ARROW_RETURN_NOT_OK(kernel_->resize(&context_, rows.num_groups));
    const compute::ExecBatch batch({rows.args[0], rows.groups}, rows.num_rows());
    return kernel_->consume(&context_, compute::ExecSpan(batch));
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    ARROW_RETURN_NOT_OK(kernel_->resize(&context_, num_groups));
    arrow::Datum result;
    ARROW_RETURN_NOT_OK(kernel_->finalize(&context_, &result));
    return result.make_array();
  }

  // Some bits for each group.
  int64_t num_bytes() const override { return num_groups_; }

 private:
  const compute::HashAggregateKernel* kernel_ = nullptr;
  compute::KernelContext context_{compute::default_exec_context()};
  std::unique_ptr<compute::KernelState> state_;
  uint32_t num_groups_ = 0;
};

}  // namespace

Result<AccumulatorPtr> MakeKernel(const plan::AggregateCall& call, const std::string& function) {
  return KernelAccumulator::Make(function, call.args[0]->type);
}

}  // namespace tarn::local
