#pragma once

#include <arrow/type.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "pipeline/pipeline.h"
#include "plan/expr.h"

/// The logical plan: what each table computes, engine-neutral. Immutable once built.
///
/// Each operator reads the nodes in Node::inputs; its expressions are over the columns of
/// inputs[0], by index, unless it says otherwise. Pointers are set unless a field says when they
/// are null.
namespace tarn::plan {

struct SourceSize;  // source_size.h

struct Node;
using NodePtr = std::shared_ptr<const Node>;

/// Read a source. Output columns are `columns` of the source's schema, in that order; rows are
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

/// Some of the input's rows, all of its columns.
struct Filter {
  ExprPtr predicate;  ///< boolean; rows where it is null or false go
};

/// Every row of the input, other columns.
struct Project {
  std::vector<ExprPtr> exprs;  ///< one per output column
};

/// Rows of inputs[0] with rows of inputs[1]. Output: the columns of the left side, then those of
/// the right one. An outer join (kLeft, kRight, kFull) also keeps the rows of that side, or of
/// both, for which there is no match, with NULLs in the place of the other side's.
struct Join {
  enum class Kind { kInner, kLeft, kRight, kFull };
  Kind kind = Kind::kInner;
  /// Equal keys, by position; left_keys over inputs[0], right_keys over inputs[1], types equal.
  /// Both empty: every pair of rows.
  std::vector<ExprPtr> left_keys;
  std::vector<ExprPtr> right_keys;
  std::vector<bool> null_safe;  ///< per key: whether NULL matches NULL
  ExprPtr residual;  ///< over left ++ right columns; part of the ON condition; may be null
  /// Per column of left ++ right: what SQL calls it, with its table or alias; "" where it has no
  /// such name. For readers of plans only.
  std::vector<std::string> column_names;

  /// \brief Whether every row of the left input is kept.
  bool keeps_left() const { return kind == Kind::kLeft || kind == Kind::kFull; }

  /// \brief Whether every row of the right input is kept.
  bool keeps_right() const { return kind == Kind::kRight || kind == Kind::kFull; }
};

/// One column that an Aggregate computes.
struct AggregateCall {
  const Function* function = nullptr;  ///< an aggregate; borrowed, lives as long as the process
  std::vector<ExprPtr> args;           ///< over the input; count(*) has none
  bool distinct = false;  ///< equal `args` count once; false where that changes nothing
  ExprPtr filter;         ///< boolean, over the input: rows that count; null: all of them
  std::shared_ptr<arrow::DataType> type;  ///< of the result
  bool nullable = true;                   ///< whether the result may be NULL
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

/// The first rows of the input, in the order in which they come.
struct Limit {
  int64_t num_rows = 0;  ///< at most; not negative
};

/// All rows of all inputs, in order; schemas are equal but for names and nullability.
struct UnionAll {};

/// An operator over the results of others. Made by the functions of plan/node.h.
struct Node {
  std::variant<Scan, TableInput, OneRow, Filter, Project, Join, Aggregate, RowNumber, TopRow, Sort,
               Limit, UnionAll>
      op;
  /// None for Scan, TableInput and OneRow; left and right for Join; one or more for UnionAll; else
  /// one. Trees may share nodes.
  std::vector<NodePtr> inputs;
  std::shared_ptr<arrow::Schema> schema;  ///< of the output; names are those of the SQL
  /// Of the tree below, this one included: what is used twice counts twice. INT32_MAX: or more.
  int32_t num_operators = 1;
};

/// \brief What is read of one source: once per run, for all tables.
struct SourcePlan {
  const pipeline::Source* source = nullptr;  ///< of Plan::pipeline
  std::vector<int>
      columns;  ///< of source->schema, ascending: the union of what tables and filter need
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
