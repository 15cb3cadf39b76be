#pragma once

#include <arrow/scalar.h>
#include <arrow/type.h>

#include <memory>
#include <string>
#include <vector>

#include "plan/function.h"
#include "sql/text.h"

namespace tarn::plan {

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
    kField,    ///< field `field` of args[0], a STRUCT; NULL where that is
    kCast,     ///< args[0] to `type`, by Spark's ANSI rules
    kCase,     ///< args: condition, value, condition, value, …, otherwise; evaluated lazily
  };
  Kind kind = Kind::kLiteral;
  std::shared_ptr<arrow::DataType> type;   ///< of the value
  bool nullable = true;                    ///< whether the value may be NULL
  int column = -1;                         ///< kColumn: index in the input's schema
  int field = -1;                          ///< kField: index in the STRUCT's type
  std::shared_ptr<arrow::Scalar> literal;  ///< kLiteral: of `type`, may be NULL; else null
  bool is_cast = false;  ///< kLiteral: made by a CAST, whose type counts rather than the digits
  const Function* function = nullptr;             ///< kCall; borrowed, lives as long as the process
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
