#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plan/expr.h"

/// Makes and takes apart bound expressions.
namespace tarn::plan {

/// \param[in] column index in the input's schema, which has this type there
ExprPtr MakeColumn(int column, std::shared_ptr<arrow::DataType> type, bool nullable,
                   sql::Location at = {});

/// \brief Column `column` of `schema`.
ExprPtr MakeColumn(const arrow::Schema& schema, int column);

/// \brief Field `field` of `value`, which is a STRUCT, or an ARRAY of STRUCTs.
ExprPtr MakeField(const ExprPtr& value, int field, sql::Location at = {});

/// \brief A lambda function of `num_parameters` that gives `body`.
ExprPtr MakeLambda(ExprPtr body, int num_parameters, sql::Location at = {});

/// \brief In a lambda's body: parameter `parameter` of the lambda `level` lambdas further out.
ExprPtr MakeParameter(int level, int parameter, std::shared_ptr<arrow::DataType> type,
                      bool nullable, sql::Location at = {});

/// \param[in] zone as Expr::zone
ExprPtr MakeLiteral(std::shared_ptr<arrow::Scalar> literal, sql::Location at = {},
                    const TimeZone* zone = nullptr);

/// \param[in] type, nullable of the result, as ResolveFunction gives them
/// \param[in] args cast to what the function takes already
ExprPtr MakeCall(const Function& function, std::shared_ptr<arrow::DataType> type, bool nullable,
                 std::vector<ExprPtr> args, sql::Location at = {});

/// \brief CASE WHEN conditions[i] THEN values[i] … ELSE the last value END.
/// \param[in] type of the result, which all values can be cast to
ExprPtr MakeCase(const std::vector<ExprPtr>& conditions, const std::vector<ExprPtr>& values,
                 std::shared_ptr<arrow::DataType> type, sql::Location at = {});

/// \brief A boolean call such as kEq or kIsNull.
ExprPtr MakePredicate(const Function& function, std::vector<ExprPtr> args);

/// \brief `expr` itself when it has that type, a literal where the cast is exact, else a cast.
ExprPtr CastTo(const ExprPtr& expr, const std::shared_ptr<arrow::DataType>& type,
               sql::Location at = {});

/// \brief The parts that AND joins; literal TRUE has none. `predicate` may be null.
std::vector<ExprPtr> SplitConjuncts(const ExprPtr& predicate);

/// \brief The parts joined by AND; null when there are none.
ExprPtr JoinConjuncts(const std::vector<ExprPtr>& conjuncts);
ExprPtr JoinDisjuncts(const std::vector<ExprPtr>& disjuncts);

/// \brief `expr` with every column put through `replace`.
ExprPtr ReplaceColumns(const ExprPtr& expr, const std::function<ExprPtr(const ExprPtr&)>& replace);

/// \brief `expr` with column i replaced by column i + `offset`.
ExprPtr ShiftColumns(const ExprPtr& expr, int offset);

/// \brief `expr` with other arguments of the same types.
ExprPtr WithArgs(const ExprPtr& expr, std::vector<ExprPtr> args);

bool IsCall(const Expr& expr, const Function& function);
bool IsColumn(const Expr& expr);
bool IsLiteral(const Expr& expr);

/// \brief Whether evaluating may end in an error for some row (ANSI overflow, invalid cast, …).
bool MayFail(const Expr& expr);

/// \brief Whether it is another value each time it is computed.
bool IsRandom(const Expr& expr);

/// \brief As IsRandom, of `expr` itself, given its arguments' values.
bool IsRandomItself(const Expr& expr);

/// \brief Whether its value may depend on when the run began.
bool ReadsClock(const Expr& expr);

/// \brief As ReadsClock, of `expr` itself, given its arguments' values.
bool ReadsClockItself(const Expr& expr);

/// \brief As MayFail, of `expr` itself, given its arguments' values.
bool MayFailItself(const Expr& expr);

}  // namespace tarn::plan
