#include "local/kernels/kernel.h"

#include <unordered_map>

#include "plan/functions.h"
#include "sql/text.h"

namespace tarn::local {

Status KernelContext::Error(std::string_view error_class, std::string message,
                            std::string hint) const {
  return MakeError({sql::MakeDiagnostic(
      call->at, std::string(error_class) + ": " + std::move(message), std::move(hint))});
}

Kernel FindKernel(const plan::Function& function) {
  static const auto* kKernels = [] {
    auto* kernels = new std::unordered_map<const plan::Function*, Kernel>();
    for (auto family : {ArithmeticKernels(), ComparisonKernels(), NumberKernels(), StringKernels(),
                        PatternKernels(), DateKernels(), DateFormatKernels()}) {
      for (const auto& [name, call, prepare] : family) {
        kernels->emplace(plan::FindFunction(name), Kernel{call, prepare});
      }
    }
    return kernels;
  }();
  const auto found = kKernels->find(&function);
  return found == kKernels->end() ? Kernel() : found->second;
}

}  // namespace tarn::local
