#include "local/kernels/kernel.h"

#include <unordered_map>

#include "plan/coercion.h"
#include "plan/functions.h"
#include "sql/text.h"
#include "values/time_of_day.h"

namespace tarn::local {

Status KernelContext::Error(std::string_view error_class, std::string message,
                            std::string hint) const {
  return MakeError({sql::MakeDiagnostic(
      call->at, std::string(error_class) + ": " + std::move(message), std::move(hint))});
}

const TimeZone* KernelContext::ZoneOf(const arrow::DataType& type) const {
  return plan::IsTimestampNtz(type) || IsTime(type) ? &TimeZone::Utc() : shared.zone;
}

Kernel FindKernel(const plan::Function& function) {
  static const auto* kKernels = [] {
    auto* kernels = new std::unordered_map<const plan::Function*, Kernel>();
    for (auto family :
         {ArithmeticKernels(), ComparisonKernels(), BitKernels(),         NumberKernels(),
          CurveKernels(),      DigitKernels(),      HashKernels(),        CipherKernels(),
          UrlKernels(),        AssertionKernels(),  StringKernels(),      PatternKernels(),
          RegexKernels(),      EncodingKernels(),   WordKernels(),        NumberFormatKernels(),
          DateKernels(),       DateFormatKernels(), IntervalKernels(),    TimestampKernels(),
          TimeKernels(),       ArrayKernels(),      ArrayAccessKernels(), ArraySetKernels(),
          MapKernels(),        SequenceKernels(),   TimeWindowKernels(),  JsonKernels(),
          FromJsonKernels(),   ToJsonKernels(),     CsvKernels()}) {
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
