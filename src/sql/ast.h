#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sql/text.h"

/// Our own syntax tree: what the SQL says, before any name is looked up. Immutable once built.
/// Only what tarn supports has a node; the parser reports the rest (parse.h).
///
/// Names are as written, without their double quotes; whoever looks them up ignores case. Pointers
/// are set unless a field says when they are null. `at` is the text of the whole construct, without
/// brackets around it.
namespace tarn::sql {

struct Expr;
struct Query;
using ExprPtr = std::shared_ptr<const Expr>;
using QueryPtr = std::shared_ptr<const Query>;

/// \brief A type as written: `DECIMAL(10, 2)` is name "decimal", arguments {10, 2}.
struct TypeName {
  std::string name;  ///< lower case, Spark's word for it: string, int, bigint, double, timestamp, …
  std::vector<int> arguments;  ///< decimal's precision and scale, as far as written; else empty
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
  ExprPtr value;     ///< the STRUCT
  std::string name;  ///< of its field
};

/// A constant.
struct Literal {
  enum class Kind { kNull, kBoolean, kInteger, kDecimal, kString };
  Kind kind = Kind::kNull;
  /// Digits as written, after a `-` when negative (kDecimal also for `1e3`), the unescaped string,
  /// or "true"/"false"; empty for kNull.
  std::string text;
};

/// One item of ORDER BY.
struct OrderKey {
  ExprPtr expr;  ///< in a query's ORDER BY also a position, `2`, or a select list's alias
  bool descending = false;
  /// Spark's default when not written: first for ascending, last for descending.
  bool nulls_first = true;
};

/// `OVER (PARTITION BY … ORDER BY …)`, without a frame.
struct WindowSpec {
  std::vector<ExprPtr> partition_by;  ///< empty: one partition of all rows
  std::vector<OrderKey> order_by;     ///< empty when not given
};

/// \brief A function call. Operators are calls too, by these names: add subtract multiply divide
/// mod negate concat(||) eq ne lt le gt ge null_safe_eq and or not like ilike is_null in between.
///
/// and, or have two arguments; a long chain is a shallow tree in the order written. `in` has the
/// value first, then the list. NOT LIKE, NOT IN, NOT BETWEEN, IS NOT NULL are not(…), IS DISTINCT
/// FROM is not(null_safe_eq), x IS TRUE is null_safe_eq(x, true). TRIM(c FROM x) is trim(c, x), as
/// Spark's function has it; EXTRACT(YEAR FROM x) is year(x).
struct Call {
  std::string name;                ///< lower case
  std::vector<ExprPtr> args;       ///< of count(*) a Star
  bool distinct = false;           ///< count(DISTINCT x)
  ExprPtr filter;                  ///< FILTER (WHERE …), or null
  std::optional<WindowSpec> over;  ///< of a window function; none: not written
};

/// `CASE WHEN c THEN v … ELSE e END`. `CASE x WHEN v` is given as `WHEN x = v`.
struct Case {
  struct Branch {
    ExprPtr condition;
    ExprPtr value;
  };
  std::vector<Branch> branches;  ///< at least one; the first whose condition is true counts
  ExprPtr otherwise;             ///< null when there is no ELSE
};

/// CAST(x AS t), x::t, and the typed literals DATE '…' and TIMESTAMP '…'.
struct Cast {
  ExprPtr value;
  TypeName type;
};

/// An expression, scalar or with aggregates and window functions in it.
struct Expr {
  std::variant<ColumnRef, Star, Field, Literal, Call, Case, Cast> node;
  Location at;
};

/// One item of a select list.
struct SelectItem {
  ExprPtr expr;       ///< may be a Star, which has no alias
  std::string alias;  ///< empty when not given
};

/// kCross is a join without a condition, and a comma between tables.
enum class JoinKind { kInner, kLeft, kRight, kFull, kCross };

struct TableRef;
using TableRefPtr = std::shared_ptr<const TableRef>;

/// A source, a model or a WITH name.
struct NamedTable {
  std::string name;
};

/// A query in brackets.
struct Subquery {
  QueryPtr query;
};

/// Two tables joined by ON, by USING, or without a condition.
struct Join {
  JoinKind kind = JoinKind::kInner;
  TableRefPtr left;
  TableRefPtr right;
  ExprPtr on;                              ///< null for CROSS and USING
  std::vector<std::string> using_columns;  ///< of both sides; empty for CROSS and ON
};

/// What FROM reads.
struct TableRef {
  std::variant<NamedTable, Subquery, Join> node;
  std::string alias;                        ///< empty when not given; a Join has none
  std::vector<std::string> column_aliases;  ///< `AS t(a, b)`: of all columns; empty: not given
  Location at;                              ///< without the alias
};

/// One SELECT, without its ORDER BY and LIMIT: those are the Query's.
struct Select {
  bool distinct = false;  ///< SELECT DISTINCT
  std::vector<SelectItem> items;
  TableRefPtr from;  ///< null for SELECT without FROM; a comma list is given as cross joins
  ExprPtr where;     ///< null when not given
  std::vector<ExprPtr> group_by;  ///< expressions, positions (`2`) and aliases; empty: not given
  ExprPtr having;                 ///< null when not given
};

/// UNION [ALL] of two queries.
struct Union {
  bool all = false;  ///< false: rows that are equal become one
  QueryPtr left;
  QueryPtr right;
};

/// One table of WITH. Its column names, if written, are those of `query` already.
struct CommonTable {
  std::string name;
  QueryPtr query;
  Location at;  ///< of the name
};

/// A SELECT or UNION with what stands before and after it.
struct Query {
  std::vector<CommonTable> with;  ///< as written: each sees those before it
  std::variant<Select, Union> body;
  std::vector<OrderKey> order_by;  ///< empty when not given
  std::optional<int64_t> limit;    ///< not negative; none: every row, as of LIMIT ALL
  Location at;
};

}  // namespace tarn::sql
