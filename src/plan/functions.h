#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plan/function.h"

namespace tarn::plan {

/// \brief The function of this name (lower case; aliases and operators included).
/// \return null when there is none
const Function* FindFunction(std::string_view name);

/// \brief Look up `name` as FindFunction does, for these arguments.
///
/// Implicit casts follow Spark's ANSI type coercion.
/// \return kBadInput with a hint: unknown name (with the nearest one),
///   wrong number of arguments, types that do not fit (with the signatures).
Result<ResolvedFunction> ResolveFunction(const std::string& name, const Arguments& args);

/// \return kBadInput with a hint where `function` takes another number of arguments.
Status CheckArgumentCount(const Function& function, size_t num_args);

/// \brief The error of arguments that `function` does not take.
/// \param[in] name by which it was called
/// \param[in] reason as its resolver gave it
Status DoesNotFit(const Function& function, const std::string& name, const Status& reason);

/// \brief A name by which a function may be called: its own or an alias.
struct FunctionName {
  std::string_view name;
  const Function* function = nullptr;
};

/// \brief The example of a function, by this name of it where it is called by a name.
std::string ExampleOf(const FunctionName& known);

/// \brief Every name of every function, by name.
std::vector<FunctionName> ListFunctions();

/// \brief The type to which both sides of a comparison, CASE, COALESCE, UNION or IN are brought.
/// \return null when Spark's ANSI rules have none.
std::shared_ptr<arrow::DataType> CommonType(const std::shared_ptr<arrow::DataType>& left,
                                            const std::shared_ptr<arrow::DataType>& right);

/// \brief Whether CAST(from AS to) exists at all in Spark's ANSI mode.
bool CanCast(const arrow::DataType& from, const arrow::DataType& to);

}  // namespace tarn::plan
