#pragma once

#include <arrow/type.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace tarn::plan {

enum class FunctionKind { kScalar, kAggregate, kWindow };

/// \brief What a call means once its argument types are known.
struct ResolvedFunction {
  std::string name;  ///< canonical: the key of the kernel in local/functions
  FunctionKind kind = FunctionKind::kScalar;
  std::vector<std::shared_ptr<arrow::DataType>> arg_types;  ///< what each argument is cast to
  std::shared_ptr<arrow::DataType> type;                    ///< of the result
  bool nullable = true;  ///< given nullable arguments as passed to Resolve
};

/// \brief An argument as far as resolution needs it.
struct Argument {
  std::shared_ptr<arrow::DataType> type;
  bool nullable = true;
  bool is_literal = false;
  std::optional<int64_t> integer = {};  ///< the value of an integer literal
  bool is_cast = false;                 ///< a literal whose type a CAST gives
};

/// \brief Look up `name` (lower case; aliases and operators included) for these arguments.
///
/// Implicit casts follow Spark's ANSI type coercion.
/// \return Invalid with a message and, after a newline, a hint: unknown name (with the nearest
/// one),
///   wrong number of arguments, types that do not fit (with the signatures).
Result<ResolvedFunction> ResolveFunction(const std::string& name,
                                         const std::vector<Argument>& args);

/// \brief Whether `name` is known, and as what.
std::optional<FunctionKind> FindFunction(const std::string& name);

/// \brief The type to which both sides of a comparison, CASE, COALESCE, UNION or IN are brought.
/// \return null when Spark's ANSI rules have none.
std::shared_ptr<arrow::DataType> CommonType(const std::shared_ptr<arrow::DataType>& left,
                                            const std::shared_ptr<arrow::DataType>& right);

/// \brief Whether CAST(from AS to) exists at all in Spark's ANSI mode.
bool CanCast(const arrow::DataType& from, const arrow::DataType& to);

/// \brief Every supported function, for documentation and tests: name, signatures, one line of
/// help.
struct FunctionHelp {
  std::string name;
  FunctionKind kind;
  std::string signature;
  std::string help;
};
std::vector<FunctionHelp> ListFunctions();

}  // namespace tarn::plan
