#pragma once

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <memory>
#include <string>
#include <vector>

#include "plan/function.h"
#include "sql/text.h"
#include "values/time_zone.h"

namespace tarn::plan {

struct BoundSubquery;  // subquery.h

/// \brief A scalar expression after binding: columns are indexes, types are known, casts are
/// explicit.
///
/// Types are those of pipeline/pipeline.h's DDL mapping; `arrow::null()` is the type of a bare
/// NULL.
struct Expr {
  enum class Kind {
    kColumn,   ///< input column `column`
    kLiteral,  ///< `literal`
    kCall,     ///< the scalar `function` over `args`, whose types it takes exactly
    kField,    ///< field `field` of args[0], a STRUCT; NULL where that is; of an ARRAY of STRUCTs
               ///< the ARRAY of their fields
    kCast,     ///< args[0] to `type`, by Spark's ANSI rules; see is_try
    kCase,     ///< args: condition, value, condition, value, …, otherwise; evaluated lazily
    kLambda,   ///< a lambda of `parameter` parameters, whose body is args[0]; an argument of a call
    kParameter,  ///< parameter `parameter` of a lambda around it: `level` 0 is the innermost one
    /// While a query is bound, none is left in a plan: args[`column`] of the kSubquery that it is
    /// in, a value of the row for which that is computed.
    kOuter,
    /// While a query is bound, none is left in a plan: the value of `subquery`. args: what its
    /// kOuter stand for, then what is compared with its columns (IN).
    kSubquery,
  };
  Kind kind = Kind::kLiteral;
  std::shared_ptr<arrow::DataType> type;   ///< of the value
  bool nullable = true;                    ///< whether the value may be NULL
  int column = -1;                         ///< kColumn: index in the input's schema; kOuter
  int field = -1;                          ///< kField: index in the STRUCT's type
  int parameter = -1;                      ///< kLambda: their number; kParameter: which one
  int level = -1;                          ///< kParameter: lambdas between it and its own
  std::shared_ptr<arrow::Scalar> literal;  ///< kLiteral: of `type`, may be NULL; else null
  bool is_cast = false;  ///< kLiteral: made by a CAST, whose type counts rather than the digits
  /// kLiteral: the session's time zone, by which its casts are computed; null: not known, so that
  /// those that depend on it are left to the run.
  const TimeZone* zone = nullptr;
  bool is_try = false;                 ///< kCast: TRY_CAST, NULL for what CAST refuses at run time
  const Function* function = nullptr;  ///< kCall; borrowed, lives as long as the process
  std::shared_ptr<const BoundSubquery> subquery;  ///< kSubquery; else null
  std::vector<std::shared_ptr<const Expr>> args;  ///< as `kind` says; empty for the first two
  sql::Location at;                               ///< for errors at run time; may point nowhere
};
using ExprPtr = std::shared_ptr<const Expr>;

/// \brief Whether the two compute the same value from the same row (locations ignored).
bool Equal(const Expr& left, const Expr& right);

/// \brief SQL-like text, with column names from `input`: `eq(page, 'NextSong')` prints as page =
/// 'NextSong'.
std::string ToString(const Expr& expr, const arrow::Schema& input);

/// \brief Input columns that `expr` reads, added to `columns`.
void CollectColumns(const Expr& expr, std::vector<int>* columns);

/// \brief Whether equal values of `type` are the same: not where 0.0 = -0.0, whose texts differ.
bool HasOneForm(const arrow::DataType& type);

/// \brief The one input column that `expr` reads; -1: none, or several.
int OnlyColumn(const Expr& expr);

/// \brief Whether one of `exprs` is Equal to `expr`.
bool ContainsEqual(const std::vector<std::shared_ptr<const Expr>>& exprs, const Expr& expr);

/// \brief `expr` with column i replaced by column mapping[i].
ExprPtr RemapColumns(const ExprPtr& expr, const std::vector<int>& mapping);

}  // namespace tarn::plan
