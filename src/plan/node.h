#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plan/plan.h"

/// Makes plan nodes; each works out its own output schema. None of them fails or checks: types,
/// indexes and numbers of names are right already, and no pointer is null.
namespace tarn::plan {

using SchemaPtr = std::shared_ptr<arrow::Schema>;

/// \param[in] source index in Plan::sources; in Pipeline::sources until PlanSources (optimize.h)
/// \param[in] columns indexes in SourcePlan::columns; in the source's schema until then
/// \param[in] schema of the output: one field per column.
NodePtr MakeScan(int source, std::vector<int> columns, SchemaPtr schema);

/// \param[in] table index in Plan::tables
/// \param[in] schema that table's: all of its columns
NodePtr MakeTableInput(int table, SchemaPtr schema);

NodePtr MakeOneRow();

/// \param[in] name of the column
NodePtr MakeRange(Range range, const std::string& name);

/// \brief `input` itself when there are no conjuncts.
NodePtr MakeFilter(NodePtr input, const std::vector<ExprPtr>& conjuncts);

/// \param[in] names one per expression.
NodePtr MakeProject(NodePtr input, std::vector<ExprPtr> exprs,
                    const std::vector<std::string>& names);

/// \brief The given columns of `input`, by its names.
NodePtr MakeProjectColumns(const NodePtr& input, const std::vector<int>& columns);

/// \param[in] names of the columns that it adds: as many as NumGenerated says.
NodePtr MakeGenerate(NodePtr input, Generate generate, const std::vector<std::string>& names);

/// \brief How many columns it adds to its input's.
int NumGenerated(const Generate& generate);

/// \brief Columns of a side that an outer join may fill up with NULLs become nullable.
///
/// \param[in] join its column_names may be left empty: then there are none
NodePtr MakeJoin(NodePtr left, NodePtr right, Join join);

/// \param[in] names one per key and call.
NodePtr MakeAggregate(NodePtr input, Aggregate aggregate, const std::vector<std::string>& names);

/// \param[in] name of the column with the number.
NodePtr MakeRowNumber(NodePtr input, RowNumber row_number, const std::string& name);

/// \param[in] names one per call.
NodePtr MakeWindow(NodePtr input, Window window, const std::vector<std::string>& names);

NodePtr MakeTopRow(NodePtr input, TopRow top_row);

NodePtr MakeSort(NodePtr input, Sort sort);

NodePtr MakeLimit(NodePtr input, Limit limit);

/// \brief Named by the first input; a column is nullable when it is in any of them.
/// \param[in] inputs at least one
NodePtr MakeUnionAll(std::vector<NodePtr> inputs);

/// \brief `node` over other inputs, which have the columns of the old ones.
NodePtr WithInputs(const Node& node, std::vector<NodePtr> inputs);

/// \brief As above; `node` itself where those are its inputs.
NodePtr WithInputs(const NodePtr& node, std::vector<NodePtr> inputs);

/// \brief `op` over `input`, in the place of an operator of its kind: the columns that it adds
/// behind its input's have the names that they have in `node`.
NodePtr WithOp(const Node& node, NodePtr input, Generate op);
NodePtr WithOp(const Node& node, NodePtr input, RowNumber op);
NodePtr WithOp(const Node& node, NodePtr input, Window op);

/// \brief The tree with every node put through `rewrite`, inputs first.
NodePtr RewriteBottomUp(const NodePtr& node, const std::function<NodePtr(const NodePtr&)>& rewrite);

/// \brief Every column of `schema` as an expression.
std::vector<ExprPtr> ColumnsOf(const arrow::Schema& schema);

/// \brief The node's operator if it is of this kind, else null. Valid as long as the node.
template <typename Op>
const Op* As(const Node& node) {
  return std::get_if<Op>(&node.op);
}

}  // namespace tarn::plan
