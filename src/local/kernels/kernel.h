#pragma once

#include <arrow/array.h>
#include <arrow/datum.h>
#include <arrow/scalar.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "plan/expr.h"
#include "values/time_zone.h"

/// Kernels of the scalar functions of plan/functions/, in files of the same names, but for the lazy
/// ones, which are in local/expr/.
namespace tarn::local {

using ScalarPtr = std::shared_ptr<arrow::Scalar>;

/// \brief What all expressions of a run share.
struct ExprContext {
  int64_t now_micros = 0;                   ///< current_timestamp: the run's start, since 1970
  const TimeZone* zone = &TimeZone::Utc();  ///< the session's, never null
};

/// \brief What a kernel makes of constant arguments before the first row, such as a parsed pattern.
/// Threads: read by any number at once.
class KernelState {
 public:
  virtual ~KernelState() = default;
};

/// \brief What a kernel computes for.
struct KernelContext {
  int64_t num_rows = 0;              ///< at least 1; arrays among the arguments have this length
  const plan::Expr* call = nullptr;  ///< borrowed, for its type and its place in the SQL
  ExprContext shared = {};
  const KernelState* state = nullptr;  ///< made by Kernel::prepare; may be null
  bool null_on_error = false;          ///< NULL where the row would be an error, for try_ functions

  const std::shared_ptr<arrow::DataType>& type() const { return call->type; }

  /// \brief The zone of a timestamp type's values: the session's, or UTC for TIMESTAMP_NTZ and
  /// TIME, whose clocks are their own.
  const TimeZone* ZoneOf(const arrow::DataType& type) const;

  /// \brief Whether a row that can't be computed is NULL instead of an error.
  bool is_try() const { return null_on_error || call->is_try; }

  /// \brief kBadInput at the call's place in the SQL, by Spark's error class.
  Status Error(std::string_view error_class, std::string message, std::string hint = "") const;
};

/// \brief How a function is computed.
struct Kernel {
  /// Computes all rows at once. Arguments have exactly the types that Function::resolve said; a
  /// scalar stands for the same value in every row. Returns an array of num_rows or a scalar.
  using Call = Result<arrow::Datum> (*)(const KernelContext& context,
                                        const std::vector<arrow::Datum>& args);
  /// Called once per operator, with the arguments that are constant; null stands for the others.
  /// Returns the state for all calls, null when these arguments allow none; or the error of every
  /// row, kBadInput: a pattern that is none.
  using Prepare = Result<std::unique_ptr<KernelState>> (*)(const KernelContext& context,
                                                           const std::vector<ScalarPtr>& constants);

  Call call = nullptr;        ///< null: the function has no kernel
  Prepare prepare = nullptr;  ///< null: nothing to prepare
};

/// \brief An entry of the kernels' tables.
struct NamedKernel {
  std::string_view name;  ///< of the function
  Kernel::Call call = nullptr;
  Kernel::Prepare prepare = nullptr;
};

std::span<const NamedKernel> ArithmeticKernels();
std::span<const NamedKernel> ComparisonKernels();
std::span<const NamedKernel> BitKernels();
std::span<const NamedKernel> NumberKernels();
std::span<const NamedKernel> CurveKernels();
std::span<const NamedKernel> DigitKernels();
std::span<const NamedKernel> HashKernels();
std::span<const NamedKernel> CipherKernels();
std::span<const NamedKernel> UrlKernels();
std::span<const NamedKernel> AssertionKernels();
std::span<const NamedKernel> StringKernels();
std::span<const NamedKernel> PatternKernels();
std::span<const NamedKernel> RegexKernels();
std::span<const NamedKernel> EncodingKernels();
std::span<const NamedKernel> WordKernels();
std::span<const NamedKernel> NumberFormatKernels();
std::span<const NamedKernel> DateKernels();
std::span<const NamedKernel> IntervalKernels();
std::span<const NamedKernel> TimestampKernels();
std::span<const NamedKernel> TimeKernels();
std::span<const NamedKernel> TimeWindowKernels();
std::span<const NamedKernel> DateFormatKernels();
std::span<const NamedKernel> ArrayKernels();
std::span<const NamedKernel> ArrayAccessKernels();
std::span<const NamedKernel> ArraySetKernels();
std::span<const NamedKernel> MapKernels();
std::span<const NamedKernel> JsonKernels();
std::span<const NamedKernel> FromJsonKernels();
std::span<const NamedKernel> ToJsonKernels();
std::span<const NamedKernel> CsvKernels();
std::span<const NamedKernel> SequenceKernels();

/// \brief The kernel of `function`; one without a call when it has none, as lazy ones.
Kernel FindKernel(const plan::Function& function);

}  // namespace tarn::local
