#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sql/text.h"

/// Our own syntax tree: what the SQL says, before any name is looked up. Immutable once built.
/// Only what tarn supports has a node; the parser reports the rest (parse.h).
namespace tarn::sql {

struct Expr;
struct Query;
using ExprPtr = std::shared_ptr<const Expr>;
using QueryPtr = std::shared_ptr<const Query>;

/// \brief A type as written: `DECIMAL(10, 2)` is name "decimal", arguments {10, 2}.
struct TypeName {
  std::string name;  ///< lower case, Spark's word for it: string, int, bigint, double, timestamp, …
  std::vector<int> arguments;
  Location at;
};

/// A dotted name: `column`, `table.column`, `column.field`, `table.column.field.field`, …: the
/// tables in scope decide which one it is.
struct ColumnRef {
  std::vector<std::string> parts;  ///< at least one
};

/// `*`, `table.*` or `column.field.*`, in a select list or as count's argument.
struct Star {
  std::vector<std::string> parts;  ///< what stands before the star; may be empty
};

/// `(value).name`: a field of a STRUCT that no name stands for. `(column).name` is a ColumnRef.
struct Field {
  ExprPtr value;
  std::string name;
};

struct Literal {
  enum class Kind { kNull, kBoolean, kInteger, kDecimal, kString };
  Kind kind = Kind::kNull;
  /// Digits as written, after a `-` when negative (kDecimal also for `1e3`), the unescaped string,
  /// or "true"/"false".
  std::string text;
};

struct OrderKey {
  ExprPtr expr;
  bool descending = false;
  /// Spark's default when not written: first for ascending, last for descending.
  bool nulls_first = true;
};

struct WindowSpec {
  std::vector<ExprPtr> partition_by;
  std::vector<OrderKey> order_by;
};

/// \brief A function call. Operators are calls too, by these names: add subtract multiply divide
/// mod negate concat(||) eq ne lt le gt ge null_safe_eq and or not like ilike is_null in between.
///
/// and, or have two arguments; a long chain is a shallow tree in the order written. `in` has the
/// value first, then the list. NOT LIKE, NOT IN, NOT BETWEEN, IS NOT NULL are not(…), IS DISTINCT
/// FROM is not(null_safe_eq), x IS TRUE is null_safe_eq(x, true). TRIM(c FROM x) is trim(c, x), as
/// Spark's function has it; EXTRACT(YEAR FROM x) is year(x).
struct Call {
  std::string name;  ///< lower case
  std::vector<ExprPtr> args;
  bool distinct = false;  ///< count(DISTINCT x)
  ExprPtr filter;         ///< FILTER (WHERE …), or null
  std::optional<WindowSpec> over;
};

/// `CASE WHEN c THEN v … ELSE e END`. `CASE x WHEN v` is given as `WHEN x = v`.
struct Case {
  struct Branch {
    ExprPtr condition;
    ExprPtr value;
  };
  std::vector<Branch> branches;
  ExprPtr otherwise;  ///< null when there is no ELSE
};

/// CAST(x AS t), x::t, and the typed literals DATE '…' and TIMESTAMP '…'.
struct Cast {
  ExprPtr value;
  TypeName type;
};

struct Expr {
  std::variant<ColumnRef, Star, Field, Literal, Call, Case, Cast> node;
  Location at;
};

struct SelectItem {
  ExprPtr expr;
  std::string alias;  ///< empty when not given
};

enum class JoinKind { kInner, kLeft, kRight, kFull, kCross };

struct TableRef;
using TableRefPtr = std::shared_ptr<const TableRef>;

/// A source, a model or a WITH name.
struct NamedTable {
  std::string name;
};

struct Subquery {
  QueryPtr query;
};

struct Join {
  JoinKind kind = JoinKind::kInner;
  TableRefPtr left;
  TableRefPtr right;
  ExprPtr on;  ///< null for CROSS and USING
  std::vector<std::string> using_columns;
};

struct TableRef {
  std::variant<NamedTable, Subquery, Join> node;
  std::string alias;                        ///< empty when not given
  std::vector<std::string> column_aliases;  ///< `AS t(a, b)`
  Location at;
};

struct Select {
  bool distinct = false;
  std::vector<SelectItem> items;
  TableRefPtr from;  ///< null for SELECT without FROM; a comma list is given as cross joins
  ExprPtr where;
  std::vector<ExprPtr> group_by;
  ExprPtr having;
};

/// UNION [ALL] of two queries.
struct Union {
  bool all = false;
  QueryPtr left;
  QueryPtr right;
};

struct CommonTable {
  std::string name;
  QueryPtr query;
  Location at;
};

struct Query {
  std::vector<CommonTable> with;
  std::variant<Select, Union> body;
  std::vector<OrderKey> order_by;
  std::optional<int64_t> limit;
  Location at;
};

}  // namespace tarn::sql
