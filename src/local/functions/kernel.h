#pragma once

#include <arrow/array.h>
#include <arrow/datum.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "plan/expr.h"

/// Kernels of the scalar functions of plan/functions/, in files of the same names, but for the lazy
/// ones, which are the evaluator's.
namespace tarn::local {

/// \brief What a kernel computes for.
struct KernelContext {
  int64_t num_rows = 0;  ///< at least 1; arrays among the arguments have this length
  const plan::Expr* call = nullptr;

  const std::shared_ptr<arrow::DataType>& type() const { return call->type; }

  /// \brief kBadInput at the call's place in the SQL, by Spark's error class.
  Status Error(std::string_view error_class, std::string message, std::string hint = "") const;
};

/// \brief Computes all rows at once. Arguments have exactly the types that Function::resolve said;
/// a scalar stands for the same value in every row. Returns an array of num_rows or a scalar.
using Kernel = Result<arrow::Datum> (*)(const KernelContext& context,
                                        const std::vector<arrow::Datum>& args);

struct NamedKernel {
  std::string_view name;  ///< of the function
  Kernel kernel;
};

std::span<const NamedKernel> ArithmeticKernels();
std::span<const NamedKernel> ComparisonKernels();
std::span<const NamedKernel> NumberKernels();
std::span<const NamedKernel> StringKernels();
std::span<const NamedKernel> PatternKernels();
std::span<const NamedKernel> DateKernels();
std::span<const NamedKernel> DateFormatKernels();

/// \return null when `function` has none, as lazy ones.
Kernel FindKernel(const plan::Function& function);

}  // namespace tarn::local
