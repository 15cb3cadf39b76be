#pragma once

#include <memory>
#include <optional>
#include <string>

#include "plan/plan.h"

/// What a table that merges keeps beside its rows, and how rows of new files are taken together
/// with it (docs/adr/0026).
///
/// What is kept has a row for each group and each run that had rows of it: the groups' keys and the
/// values of their aggregates, or their best rows with the paths of the files that those are from.
/// Its columns are c0, c1, …, of which all may be NULL.
namespace tarn::plan {

/// \brief The aggregate that makes the value of `call` over all rows of its values over parts of
/// them. \return null: there is none
const Function* MergingFunction(const AggregateCall& call);

/// \brief Why a table cannot be brought up to date by what is kept of it, though by its SQL it
/// merges. \return none: it can
std::optional<std::string> WhyNotKept(const Plan& plan, const TablePlan& table);

/// \brief The columns of what is kept of a table, for which WhyNotKept gives none.
std::shared_ptr<arrow::Schema> KeptSchema(const Plan& plan, const TablePlan& table);

/// \brief What the columns mean: what was kept with another text cannot be read as these.
std::string MeaningOfKept(const Plan& plan, const TablePlan& table);

/// \brief Tables that are put before one that merges. All are borrowed; no table of the pipeline
/// has their names.
struct KeptTables {
  const pipeline::Table* new_rows = nullptr;  ///< what new files alone make
  const pipeline::Table* changed = nullptr;   ///< rows of groups that are new or other ones
  const pipeline::Table* state = nullptr;     ///< TablePlan::Use::kState
  const pipeline::Table* vanished = nullptr;  ///< TablePlan::Use::kVanished
};

/// \brief Have Plan::tables[table], which is made of all files, keep what KeptSchema says: its rows
/// are made of that.
void KeepRows(Plan* plan, int table, const KeptTables& tables);

/// \brief Take what Plan::tables[table] makes of new files, by PlanOfNewRows, together with what is
/// kept: it gives rows of groups that are new or other ones, and all others that are in partitions
/// that rows vanish from.
/// \param[in] source index in Plan::sources; of what is kept
/// \param[in] is_new_state the state takes the place of what is kept; else it is a part more
void MergeIntoKept(Plan* plan, int table, const KeptTables& tables, int source, bool is_new_state);

}  // namespace tarn::plan
