#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "plan/coercion.h"
#include "plan/functions.h"

/// How the function families of functions_*.cc are written down: one row per function.
///
/// To add a SQL function: a row in the table of its family here, and a kernel of the same canonical
/// name in local/functions/<family>.cc, listed at that file's end.
namespace tarn::plan {

using Arguments = std::vector<Argument>;

/// \brief Decides argument and result types; name and kind of the result are filled in by the
/// caller. \return Invalid with what does not fit; the signature is added by the caller.
using Resolver = std::function<Result<ResolvedFunction>(const Arguments&)>;

struct FunctionRow {
  std::vector<std::string> names;  ///< the canonical one first, then aliases
  std::string signature;           ///< "substring(STRING, start INT[, length INT])"
  std::string help;                ///< one line
  int num_args_min = 0;
  int num_args_max = 0;  ///< kVariadic: any number
  Resolver resolve;
};
inline constexpr int kVariadic = 1 << 20;

std::span<const FunctionRow> OperatorRows();
std::span<const FunctionRow> ConditionalRows();
std::span<const FunctionRow> NumberRows();
std::span<const FunctionRow> StringRows();
std::span<const FunctionRow> DateRows();
std::span<const FunctionRow> AggregateRows();

/// \brief Takes exactly `types` (a prefix of them when trailing ones are optional), gives `result`.
Resolver Takes(std::vector<TypePtr> types, TypePtr result);

/// \brief As `resolver`, but an argument at `position` whose type does not fit is refused where
/// Spark casts nothing. NULL fits always.
/// \param[in] wanted what the error asks for: "a whole number".
Resolver TakesOnly(size_t position, bool (*fits)(const arrow::DataType&), std::string wanted,
                   Resolver resolver);

/// \brief Takes any number of arguments, each as `type`.
Resolver TakesAll(TypePtr type, TypePtr result);

/// \brief Null when the function can be null although no argument is (nullif, a date that does not
/// parse).
Resolver MaybeNull(Resolver resolver);

/// \brief All arguments brought to their common type.
Result<TypePtr> CommonTypeOfAll(const Arguments& args, size_t begin = 0);

bool AnyNullable(const Arguments& args);

/// \return Invalid for a type whose values can't be compared: one that is or holds a MAP
Status CheckHasOrder(const arrow::DataType& type);

/// \brief The error of an argument that no rule takes: "argument 2 is BOOLEAN, not INT".
Status WrongType(size_t position, const arrow::DataType& type, const std::string& wanted);

inline const TypePtr& TimestampType() {
  static const TypePtr kType = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  return kType;
}

}  // namespace tarn::plan
