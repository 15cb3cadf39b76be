#pragma once

#include <arrow/type.h>

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "pipeline/pipeline.h"
#include "plan/expr.h"
#include "plan/file_columns.h"
#include "rows/row_key.h"

/// The logical plan: what each table computes, engine-neutral. Immutable once built.
///
/// Each operator reads the nodes in Node::inputs; its expressions are over the columns of
/// inputs[0], by index, unless it says otherwise. Pointers are set unless a field says when they
/// are null.
namespace tarn::plan {

struct SourceSize;  // source_size.h

struct Node;
using NodePtr = std::shared_ptr<const Node>;

/// Read a source. Output columns are `columns` of the source's schema, behind which it has those of
/// its files (plan/file_columns.h), in that order; rows are
/// those that pass `filter`, which is applied while scanning.
struct Scan {
  int source = -1;           ///< index in Plan::sources
  std::vector<int> columns;  ///< indexes in SourcePlan::columns
};

/// Read the result of an earlier table of the same plan, all columns.
struct TableInput {
  int table = -1;  ///< index in Plan::tables
};

/// One row without columns: SELECT without FROM.
struct OneRow {};

/// The whole numbers start, start + step, … as BIGINT, none of which overflows.
struct Range {
  int64_t start = 0;
  int64_t step = 1;
  int64_t num_rows = 0;  ///< not negative
};

/// Some of the input's rows, all of its columns.
struct Filter {
  ExprPtr predicate;  ///< boolean; rows where it is null or false go
};

/// Every row of the input, other columns.
struct Project {
  std::vector<ExprPtr> exprs;  ///< one per output column
};

/// For each row of the input a row for each element of an ARRAY or entry of a MAP, in their order.
/// Output: the input's columns, then the position, if asked for, then the element, or the key and
/// the value.
struct Generate {
  ExprPtr collection;         ///< an ARRAY or a MAP
  bool has_position = false;  ///< INT, from 0
  bool outer =
      false;  ///< one row, with NULLs, also where the collection is empty or NULL; else none
};

/// Rows of inputs[0] with rows of inputs[1]. Output: the columns of the left side, then those of
/// the right one. An outer join (kLeft, kRight, kFull) also keeps the rows of that side, or of
/// both, for which there is no match, with NULLs in the place of the other side's. kLeftSingle is
/// kLeft that fails where a left row has several matches.
///
/// Semi, anti and mark joins only ask whether a left row has a match. Output: left columns; of
/// kLeftMark then a BOOLEAN, never NULL, that says so. kRightSemi and kRightAnti ask it of right
/// rows; output: right columns.
struct Join {
  enum class Kind {
    kInner,
    kLeft,
    kRight,
    kFull,
    kLeftSingle,
    kLeftSemi,  ///< left rows that have a match
    kLeftAnti,  ///< left rows that have none
    kLeftMark,  ///< all left rows
    kRightSemi,
    kRightAnti,
  };
  Kind kind = Kind::kInner;
  /// Equal keys, by position; left_keys over inputs[0], right_keys over inputs[1], types equal.
  /// Both empty: every pair of rows.
  std::vector<ExprPtr> left_keys;
  std::vector<ExprPtr> right_keys;
  std::vector<bool> null_safe;  ///< per key: whether NULL matches NULL
  ExprPtr residual;  ///< over left ++ right columns; part of the ON condition; may be null
  /// Of kLeftAnti and kLeftMark: NULL on either side counts as a match with every row of the other
  /// one, as NOT IN has it. Then there is one key and no residual.
  bool null_aware = false;
  sql::Location at{};  ///< of the subquery that it is made of, for errors; may point nowhere
  /// Per column of left ++ right: what SQL calls it, with its table or alias; "" where it has no
  /// such name. For readers of plans only.
  std::vector<std::string> column_names;

  /// \brief Whether every row of the left input is kept.
  bool keeps_left() const {
    return kind == Kind::kLeft || kind == Kind::kFull || kind == Kind::kLeftSingle ||
           kind == Kind::kLeftMark;
  }

  /// \brief Whether left rows without a match are put out.
  bool keeps_unmatched_left() const { return keeps_left() || kind == Kind::kLeftAnti; }

  /// \brief Whether it only asks if right rows have a match: the output has no left columns.
  bool is_right_existence() const { return kind == Kind::kRightSemi || kind == Kind::kRightAnti; }

  /// \brief Whether it only asks if left rows have a match: the output has no right columns.
  bool is_existence() const {
    return kind == Kind::kLeftSemi || kind == Kind::kLeftAnti || kind == Kind::kLeftMark;
  }

  /// \brief Whether every row of the right input is kept.
  bool keeps_right() const { return kind == Kind::kRight || kind == Kind::kFull; }
};

/// One column that an Aggregate computes.
struct AggregateCall {
  const Function* function = nullptr;  ///< an aggregate; borrowed, lives as long as the process
  /// Over the input, but for `constants`; count(*) has none. The last ones are those that `order`
  /// is of.
  std::vector<ExprPtr> args;
  bool distinct = false;  ///< equal `args` count once; false where that changes nothing
  ExprPtr filter;         ///< boolean, over the input: rows that count; null: all of them
  std::shared_ptr<arrow::DataType> type;  ///< of the result
  bool nullable = true;                   ///< whether the result may be NULL
  /// What Function::constant_args says of the arguments as written, in order: the same for all
  /// rows, no columns. Those that may be left out and are, are not there.
  std::vector<ExprPtr> constants{};
  /// Of the last `args`, by which the others are ordered before the function sees them (WITHIN
  /// GROUP); empty: as they come.
  std::vector<KeyOrder> order{};
  bool ignore_nulls = false;   ///< IGNORE NULLS, of a function that takes it
  bool respect_nulls = false;  ///< RESPECT NULLS, of the same
};

/// Output: the keys, then the calls. No keys: always one row. No calls: DISTINCT.
struct Aggregate {
  std::vector<ExprPtr> keys;
  std::vector<AggregateCall> calls;
};

/// One item of an ORDER BY; the first one counts most.
struct SortKey {
  ExprPtr expr;
  bool descending = false;
  bool nulls_first = true;  ///< whatever `descending` says; the SQL's default is filled in already
};

/// Output: the input's columns, then row_number() as INT.
struct RowNumber {
  std::vector<ExprPtr> partition_by;  ///< empty: all rows are one partition
  std::vector<SortKey> order_by;      ///< at least one
  /// Rows with a greater number are left out; at least 1. None: all rows are kept.
  std::optional<int64_t> limit{};
};

/// Where the frame of a window function begins or ends, seen from the current row.
struct FrameBound {
  enum class Kind {
    kUnbounded,   ///< where the partition does
    kCurrentRow,  ///< of RANGE with the first or the last of the rows whose order keys are equal
    kOffset,      ///< some rows, or some of the order key, before or after it
  };
  Kind kind = Kind::kUnbounded;
  int64_t num_rows = 0;  ///< kOffset of ROWS: how many rows after the current one; negative: before
  ExprPtr value;  ///< kOffset of RANGE: the order key's value there, over the input; else null
};

/// The rows of its partition that a window function sees for a row.
struct WindowFrame {
  bool is_rows = true;  ///< ROWS; else RANGE
  FrameBound start;
  FrameBound end;
};

/// One column that a Window computes.
struct WindowCall {
  /// A window function or an aggregate, never with DISTINCT. What lag, lead and ntile are told of
  /// rows is a literal among the arguments.
  AggregateCall call;
  WindowFrame frame;  ///< of functions that have none (rank, lag, …): all rows
};

/// Output: the input's columns, then the calls, for each row from those of its partition.
/// Partitions come in the order of `partition_by`, rows in that of `order_by`.
struct Window {
  std::vector<WindowCall> calls;      ///< at least one
  std::vector<ExprPtr> partition_by;  ///< empty: all rows are one partition
  std::vector<SortKey> order_by;      ///< empty: all rows of a partition are equal
};

/// What Filter(row_number = 1) over RowNumber becomes: the first row of each partition, by
/// `order_by`; input columns only.
struct TopRow {
  std::vector<ExprPtr> partition_by;  ///< as RowNumber
  std::vector<SortKey> order_by;
};

/// Order the rows. Filter, Project and Limit above it keep the order.
struct Sort {
  std::vector<SortKey> keys;
  /// How many rows are given at most, the first ones; at least 1. None: all.
  std::optional<int64_t> limit{};
};

/// Some rows of the input that follow each other, in the order in which they come.
struct Limit {
  static constexpr int64_t kAllRows = std::numeric_limits<int64_t>::max();

  int64_t num_rows = 0;  ///< at most; not negative
  int64_t offset = 0;    ///< rows left out before those; not negative

  /// \brief How many of the input's rows are read at most.
  int64_t num_read() const { return num_rows > kAllRows - offset ? kAllRows : num_rows + offset; }
};

/// All rows of all inputs, in order; schemas are equal but for names and nullability.
struct UnionAll {};

/// An operator over the results of others. Made by the functions of plan/node.h.
struct Node {
  std::variant<Scan, TableInput, OneRow, Range, Filter, Project, Generate, Join, Aggregate,
               RowNumber, TopRow, Window, Sort, Limit, UnionAll>
      op;
  /// None for Scan, TableInput, OneRow and Range; left and right for Join; one or more for
  /// UnionAll; else one. Trees may share nodes.
  std::vector<NodePtr> inputs;
  std::shared_ptr<arrow::Schema> schema;  ///< of the output; names are those of the SQL
  /// Of the tree below, this one included: what is used twice counts twice. INT32_MAX: or more.
  int32_t num_operators = 1;
};

/// \brief What is read of one source: once per run, for all tables.
struct SourcePlan {
  const pipeline::Source* source = nullptr;  ///< of Plan::pipeline
  std::vector<int>
      columns;  ///< as ScanField has them, ascending: the union of what tables and filter need
  std::shared_ptr<arrow::Schema> schema;  ///< of those columns
  /// Over `schema`. The disjunction of what every reader asks for; null when some reader wants all.
  ExprPtr filter;
  /// Columns needed by some Scan (indexes in `columns`); the others serve the filter alone.
  std::vector<int> output;
};

/// \brief What one table computes.
struct TablePlan {
  const pipeline::Table* table = nullptr;  ///< of Plan::pipeline
  NodePtr root;                            ///< its schema is the table's
  std::vector<ExprPtr> checks;             ///< over root->schema, as table->checks
  /// Orders of inner joins that were chosen, and why. For readers of plans only.
  std::vector<std::string> join_orders;
  bool selected = true;  ///< false: only computed because a selected table reads it
  /// What becomes of its rows where it is selected.
  enum class Use {
    kTable,     ///< they are the table's
    kState,     ///< they are kept beside table `of`, for later runs
    kVanished,  ///< they are the partitions of `of`, as texts, of which old rows go
  };
  Use use = Use::kTable;
  std::string of{};               ///< but for kTable: the name of a table that appends
  bool has_unique_key = false;  ///< no two rows have the same key, whatever `root` shows of it
  /// For engines to which columns of files are as others; a place may be there several times.
  std::vector<AllButFileColumns> all_but_file_columns{};
  /// Of a table that is made of changes: SQL over kChangesName (plan/table_of_changes.h), by which
  /// `root` is made of what the table's own SQL gives; else "".
  std::string sql_over_changes{};
};

/// \brief A bound pipeline. Borrows the Pipeline, which must outlive it.
struct Plan {
  const pipeline::Pipeline* pipeline = nullptr;
  std::vector<SourcePlan> sources;  ///< only those that some table reads
  std::vector<TablePlan> tables;    ///< dependency order
  bool optimized = true;            ///< as BindOptions has it
};

struct BindOptions {
  std::vector<std::string> select;  ///< names of tables, no views; empty: all that are not views
  /// False: the plan as the SQL has it, for tests that compare what both give.
  bool optimized = true;
};

/// \brief Bind and type every table, then prune columns and push filters into the sources.
///
/// \param[in] pipeline borrowed by the plan
/// \return
///   - kBadInput: every error of every table (names, types, functions, partition and key columns
///     that a table does not have), each with its place in the SQL or TOML
///   - kUsage: a selected table that there is not, or that is a view
Result<std::unique_ptr<Plan>> Bind(const pipeline::Pipeline& pipeline, const BindOptions& options);

/// \brief The plan with inner joins in the order that costs the least, by estimates of how many
/// rows there are. Where no order costs clearly less, they stay as they are; so does a plan that is
/// not optimized. By the same estimates, repeated keys are dropped before joins of which the rows
/// are made distinct later.
///
/// Sources, what is read of them, tables and their rows are those of `plan`; the order of the rows
/// of joins may be another one. The same for the same arguments. \param[in] sizes of each of
/// Plan::sources
Plan OrderJoins(const Plan& plan, const std::vector<SourceSize>& sizes);

/// \brief For each of Plan::sources, whether OrderJoins orders joins of its rows: then a sample of
/// it is worth reading.
std::vector<bool> SourcesOfJoins(const Plan& plan);

/// \brief The plan as an indented tree, one table after the other, sources first with the columns
/// and filters pushed into them. `table`: only that one and what it reads.
std::string ToString(const Plan& plan, const std::string& table = "");

/// \brief One line for `node` alone: `Join LEFT ON song = title`; for explain and its metrics.
std::string Describe(const Node& node, const Plan& plan);

}  // namespace tarn::plan
