#pragma once

#include <set>
#include <string>
#include <vector>

#include "plan/plan.h"

/// What new files of sources mean for tables (docs/adr/0026).
namespace tarn::plan {

/// \brief What makes a table as a run from nothing would make it, cheapest first.
enum class Refresh {
  kNone,     ///< nothing: its rows are the same
  kAppend,   ///< rows of new files alone are added to it
  kMerge,    ///< rows of new files alone are merged into what is kept of older ones
  kRebuild,  ///< all of its rows are computed
};

/// \brief How one table is brought up to date.
struct TableRefresh {
  Refresh how = Refresh::kNone;
  /// For readers: of kMerge what is merged, of kRebuild why. Else empty.
  std::string reason{};
};

/// \brief How each of Plan::tables is brought up to date when sources have more files than before.
///
/// Of the SQL alone: sources have only got files, none has changed or gone, and neither SQL nor
/// settings are others than before.
/// \param[in] grown indexes in Plan::sources
std::vector<TableRefresh> RefreshesOf(const Plan& plan, const std::set<int>& grown);

/// \brief `plan`, of which only tables of these names are selected still. Tables and sources that
/// are not needed for them are not in it; of the others the same columns are read: which records of
/// a source are bad depends on them.
Plan PlanOfTables(const Plan& plan, const std::set<std::string>& names);

/// \brief `plan`, of which the tables give the rows alone that new files add: of UNION ALL the arms
/// that have some, of joins what new rows match in all of the other side. What merges gives what it
/// makes of new rows alone.
///
/// For engines that read of `grown` sources the new files, and of all others every file. Tables and
/// sources that are not needed for that are not in it.
/// \param[in] plan tables for which RefreshesOf gives neither kAppend nor kMerge are no longer
///   selected
Plan PlanOfNewRows(const Plan& plan, const std::set<int>& grown);

/// \brief Whether the SQL of one of Plan::tables, asked of what PlanOfNewRows reads, gives the same
/// rows: not where it, or a table that it reads, has a UNION ALL, of which arms may have none.
bool GivesNewRowsBySql(const Plan& plan, const TablePlan& table);

/// \brief A TableRefresh for new files of one source alone.
struct SourceRefresh {
  int source = -1;  ///< index in Plan::sources
  TableRefresh refresh;
};

/// \brief For each of Plan::tables, how new files of each source that it depends on are taken; what
/// is rebuilt in every run, by its only item, which has no source.
std::vector<std::vector<SourceRefresh>> RefreshesBySource(const Plan& plan);

}  // namespace tarn::plan
