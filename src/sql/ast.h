#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sql/text.h"

/// Our own syntax tree: what the SQL says, before any name is looked up. Immutable once built.
///
/// Names are as written, without their quotes; whoever looks them up ignores case. Pointers
/// are set unless a field says when they are null. `at` is the text of the whole construct, without
/// brackets around it.
namespace tarn::sql {

struct Expr;
struct Query;
struct TypeField;
using ExprPtr = std::shared_ptr<const Expr>;
using QueryPtr = std::shared_ptr<const Query>;
struct TableRef;
using TableRefPtr = std::shared_ptr<const TableRef>;

/// \brief A type as written: `DECIMAL(10, 2)` is name "decimal", arguments {10, 2}.
struct TypeName {
  /// Lower case, Spark's word for it: string, int, bigint, double, timestamp, array, map, struct,
  /// "interval day to second", …
  std::string name;
  std::vector<int> arguments;     ///< decimal's precision and scale, as far as written; else empty
  std::vector<TypeField> fields;  ///< an array's element; a map's key and value; a struct's fields
  Location at{};
};

/// \brief A type inside another one.
struct TypeField {
  std::string name;  ///< of a struct's field; else empty
  TypeName type;
  bool not_null = false;  ///< NOT NULL is written
};

/// A dotted name: `column`, `table.column`, `column.field`, `table.column.field.field`, …: the
/// tables in scope decide which one it is.
struct ColumnRef {
  std::vector<std::string> parts;  ///< at least one
};

/// `*`, `table.*` or `column.field.*`, in a select list or as count's argument.
struct Star {
  std::vector<std::string> parts;                  ///< what stands before the star; may be empty
  std::vector<std::vector<std::string>> except{};  ///< EXCEPT (…): dotted names; empty: not given
};

/// `(value).name`: a field of a STRUCT that no name stands for. `(column).name` is a ColumnRef.
struct Field {
  ExprPtr value;     ///< the STRUCT
  std::string name;  ///< of its field
};

/// `value[index]`: an element of an ARRAY or a MAP's value.
struct Subscript {
  ExprPtr value;
  ExprPtr index;
};

/// A constant.
struct Literal {
  enum class Kind {
    kNull,
    kBoolean,
    kInteger,     ///< INT, or BIGINT or DECIMAL where it is too large for one: `1`
    kTinyInt,     ///< `1Y`
    kSmallInt,    ///< `1S`
    kBigInt,      ///< `1L`
    kDecimal,     ///< `1.5`; a DOUBLE with an exponent: `1e3`
    kFloat,       ///< `1.5F`
    kDouble,      ///< `1.5D`
    kBigDecimal,  ///< `1.5BD`: a DECIMAL, with an exponent also
    kString,
    kBinary,  ///< `X'1F'`
  };
  Kind kind = Kind::kNull;
  /// A number as written, after a `-` when negative, without the letters behind it; the unescaped
  /// string; the bytes; or "true"/"false"; empty for kNull.
  std::string text;
};

/// INTERVAL 1 DAY 2 HOURS, INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 day'.
struct Interval {
  struct Part {
    std::string value;       ///< a number or the unescaped string, after a `-` when negative
    bool is_string = false;  ///< it was written as a string
    std::string unit;        ///< lower case, singular: day; empty: the string has the units
    std::string to_unit{};   ///< of `YEAR TO MONTH`; else empty
  };
  std::vector<Part> parts;  ///< at least one
};

/// `?` or `:name`, which stands for a value that the text does not have.
struct Parameter {
  std::string name;  ///< empty for `?`
};

/// `x -> x + 1`, `(k, v) -> v`: an argument of a function.
struct Lambda {
  std::vector<std::string> parameters;  ///< at least one
  ExprPtr body;
};

/// `(SELECT …)` as a value: of its one row and column, NULL when it has no row.
struct ScalarSubquery {
  QueryPtr query;
};

/// `EXISTS (SELECT …)`.
struct Exists {
  QueryPtr query;
};

/// `value IN (SELECT …)`.
struct InSubquery {
  ExprPtr value;  ///< of several columns the call struct(…)
  QueryPtr query;
};

/// One item of ORDER BY.
struct OrderKey {
  ExprPtr expr;  ///< in a query's ORDER BY also a position, `2`, or a select list's alias
  bool descending = false;
  /// Spark's default when not written: first for ascending, last for descending.
  bool nulls_first = true;
};

/// Where a window's frame begins or ends.
struct FrameBound {
  enum class Kind {
    kUnboundedPreceding,
    kPreceding,
    kCurrentRow,
    kFollowing,
    kUnboundedFollowing,
  };
  Kind kind = Kind::kCurrentRow;
  ExprPtr offset;  ///< of kPreceding and kFollowing; else null
};

/// `ROWS BETWEEN … AND …`.
struct WindowFrame {
  bool is_rows = false;  ///< ROWS; else RANGE
  FrameBound start;
  FrameBound end;  ///< the current row when not written
  Location at;
};

/// `OVER (PARTITION BY … ORDER BY … ROWS …)`, or `OVER name`, which has nothing else.
struct WindowSpec {
  std::vector<ExprPtr> partition_by;   ///< empty: one partition of all rows
  std::vector<OrderKey> order_by;      ///< empty when not given
  std::optional<WindowFrame> frame{};  ///< none: not written
  std::string name{};                  ///< of a window of the WINDOW clause; empty: not one
  Location at{};
};

/// One window of the WINDOW clause.
struct NamedWindow {
  std::string name;
  WindowSpec spec;
};

/// \brief A function call. Operators are calls too, by these names: add subtract multiply divide
/// mod div negate positive concat(||) eq ne lt le gt ge null_safe_eq and or not like ilike rlike
/// like_any like_all not_like_any not_like_all (and with ilike) is_null in between bitwise_and
/// bitwise_or bitwise_xor bitwise_not shiftleft shiftright shiftrightunsigned.
///
/// and, or have two arguments; a long chain is a shallow tree in the order written. `in` has the
/// value first, then the list. NOT LIKE, NOT IN, NOT BETWEEN, IS NOT NULL are not(…), IS DISTINCT
/// FROM is not(null_safe_eq), x IS TRUE is null_safe_eq(x, true). TRIM(c FROM x) is trim(c, x), as
/// Spark's function has it; EXTRACT(YEAR FROM x) is
/// extract('year', x), DATEADD(DAY, 1, x) timestampadd('day', 1, x), (a, b) struct(a, b).
struct Call {
  std::string name;                ///< lower case
  std::vector<ExprPtr> args;       ///< of count(*) a Star
  bool distinct = false;           ///< count(DISTINCT x)
  ExprPtr filter;                  ///< FILTER (WHERE …), or null
  std::optional<WindowSpec> over;  ///< of a window function; none: not written
  /// By argument: the name of `name => x`, or of `x AS name` in a struct; empty where there is
  /// none. Empty: no argument has a name.
  std::vector<std::string> arg_names{};
  std::vector<OrderKey> within_group{};  ///< WITHIN GROUP (ORDER BY …); empty when not given
  bool ignore_nulls = false;             ///< IGNORE NULLS
  bool respect_nulls = false;            ///< RESPECT NULLS
  std::vector<std::string> schema{};     ///< what is written before the name; empty: nothing
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
  bool is_try = false;  ///< TRY_CAST
};

/// `x COLLATE name`: UTF8_BINARY, or in collation() alone another one.
struct Collate {
  ExprPtr value;
  std::string collation;
};

/// An expression, scalar or with aggregates and window functions in it.
struct Expr {
  std::variant<ColumnRef, Star, Field, Subscript, Literal, Interval, Parameter, Call, Case, Cast,
               Collate, Lambda, ScalarSubquery, Exists, InSubquery>
      node;
  Location at;
  int depth = 1;          ///< levels of the tree, those of its queries among them
  int64_t num_exprs = 1;  ///< in the tree; those that are evaluated twice counted twice
};

/// One item of a select list.
struct SelectItem {
  ExprPtr expr;       ///< may be a Star, which has no alias
  std::string alias;  ///< empty when not given
  /// `AS (a, b)` of a function that makes several columns; empty when not given.
  std::vector<std::string> aliases{};
};

/// kCross is a join without a condition, and a comma between tables.
enum class JoinKind { kInner, kLeft, kRight, kFull, kCross, kLeftSemi, kLeftAnti };

/// A source, a model or a WITH name; or files: parquet.`path`, read_parquet('path').
struct NamedTable {
  std::string name;                   ///< of files their path
  std::vector<std::string> schema{};  ///< what is written before the name; empty: nothing
  std::string format{};               ///< of files "json", "parquet" or "csv"; else empty
};

/// A query in brackets.
struct Subquery {
  QueryPtr query;
};

/// `VALUES (1, 'a'), (2, 'b')`; a row of one value may be written without brackets.
struct Values {
  std::vector<std::vector<ExprPtr>> rows;  ///< at least one, of at least one value
};

/// `range(10)`, `explode(x)`: a function that makes a table.
struct TableFunction {
  ExprPtr call;  ///< a Call; an argument TABLE(…) is a ScalarSubquery
};

/// `LATERAL VIEW [OUTER] explode(x) t AS a, b`.
struct LateralView {
  TableRefPtr input;  ///< null: one row without columns
  ExprPtr call;       ///< a Call
  bool outer = false;
};

/// `PIVOT (sum(x) AS s FOR (year, month) IN ((2018, 1) AS january, …))`.
struct Pivot {
  TableRefPtr input;
  std::vector<SelectItem> aggregates;
  std::vector<std::string> columns;
  std::vector<SelectItem> values;  ///< of several columns the call struct(…)
};

/// `UNPIVOT [INCLUDE NULLS] ((a, b) FOR name IN ((a1, b1) AS 'x', …))`.
struct Unpivot {
  struct ColumnSet {
    std::vector<std::vector<std::string>> columns;  ///< dotted names
    std::string alias;                              ///< empty when not given
  };
  TableRefPtr input;
  bool include_nulls = false;
  std::vector<std::string> value_columns;
  std::string name_column;
  std::vector<ColumnSet> sets;
};

/// `TABLESAMPLE (10 PERCENT) REPEATABLE (7)`.
struct Sample {
  enum class Kind { kPercent, kRows, kBuckets, kBytes };
  Kind kind = Kind::kPercent;
  ExprPtr amount;                 ///< percent, rows, bytes; of buckets which one
  int64_t num_buckets = 0;        ///< of kBuckets; else 0
  std::optional<int64_t> seed{};  ///< none: not given
};

/// Two tables joined by ON, by USING, or without a condition.
struct Join {
  JoinKind kind = JoinKind::kInner;
  TableRefPtr left;
  TableRefPtr right;
  ExprPtr on;                              ///< null for CROSS, NATURAL and USING
  std::vector<std::string> using_columns;  ///< of both sides; empty for CROSS, NATURAL and ON
  bool natural = false;                    ///< NATURAL: by all columns of the same name
};

/// What FROM reads.
struct TableRef {
  std::variant<NamedTable, Subquery, Values, TableFunction, Join, LateralView, Pivot, Unpivot> node;
  std::string alias{};                        ///< empty when not given
  std::vector<std::string> column_aliases{};  ///< `AS t(a, b)`: of all columns; empty: not given
  bool lateral = false;            ///< LATERAL: sees the columns of what stands before it
  std::optional<Sample> sample{};  ///< none: all rows
  Location at{};                   ///< without the alias
  int depth = 1;                   ///< levels of the tree, those of its queries too
};

/// What GROUP BY has besides plain expressions: several ways to group, whose rows follow each
/// other.
struct GroupingSets {
  enum class Kind { kSets, kRollup, kCube };
  Kind kind = Kind::kSets;
  std::vector<std::vector<ExprPtr>> sets;  ///< each may be empty: one group of all rows
  std::vector<GroupingSets> nested{};      ///< of kSets: those inside it
  Location at{};
};

/// One SELECT, without its ORDER BY and LIMIT: those are the Query's.
struct Select {
  bool distinct = false;  ///< SELECT DISTINCT
  std::vector<SelectItem> items;
  TableRefPtr from;  ///< null for SELECT without FROM; a comma list is given as cross joins
  ExprPtr where;     ///< null when not given
  std::vector<ExprPtr> group_by;  ///< expressions, positions (`2`) and aliases; empty: not given
  ExprPtr having;                 ///< null when not given
  std::vector<GroupingSets> grouping_sets{};  ///< each set of one with each of the other ones
  bool group_by_all = false;                  ///< GROUP BY ALL
  ExprPtr qualify{};                          ///< null when not given
  std::vector<NamedWindow> windows{};         ///< WINDOW
};

/// UNION, INTERSECT or EXCEPT of two queries.
struct SetOperation {
  enum class Kind { kUnion, kIntersect, kExcept };
  Kind kind = Kind::kUnion;
  bool all = false;  ///< false: rows that are equal become one
  QueryPtr left;
  QueryPtr right;
  bool by_name = false;  ///< columns go by their names
};

/// One table of WITH. Its column names, if written, are those of `query` already.
struct CommonTable {
  std::string name;
  QueryPtr query;
  Location at;  ///< of the name
};

/// A SELECT, VALUES, or set operation, with what stands before and after it. `TABLE t` is SELECT *
/// FROM t.
struct Query {
  std::vector<CommonTable> with;  ///< as written: each sees those before it
  std::variant<Select, SetOperation, Values> body;
  std::vector<OrderKey> order_by;        ///< empty when not given
  ExprPtr limit;                         ///< null: every row, as of LIMIT ALL
  ExprPtr offset;                        ///< rows left out before those; null: none
  std::vector<OrderKey> sort_by{};       ///< SORT BY, or CLUSTER BY; empty when not given
  std::vector<ExprPtr> distribute_by{};  ///< DISTRIBUTE BY, or CLUSTER BY; empty when not given
  Location at{};
  int depth = 1;  ///< levels of the tree
};

}  // namespace tarn::sql
