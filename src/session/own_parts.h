#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/increment.h"
#include "plan/plan.h"
#include "storage/storages.h"

/// Sources and tables that a run has beside the pipeline's, by which rows of new files are merged
/// into what is kept of older ones (docs/adr/0026).
namespace tarn::session {

/// \brief Of a part of a run. The names are those of no source and no table of a pipeline.
struct OwnParts {
  std::vector<std::shared_ptr<const pipeline::Source>> sources{};
  std::vector<std::shared_ptr<const pipeline::Table>> tables{};
  std::set<std::string> names{};                ///< of both
  std::map<std::string, std::string> states{};  ///< by the name of a table, what it is kept for
  /// Names of the pipeline's tables of which partitions are replaced.
  std::set<std::string> merged{};
};

/// \brief How parts of a run are made. All pointers are borrowed.
struct OwnPartsTarget {
  plan::Plan* plan = nullptr;
  engine::Increment* increment = nullptr;
  OwnParts* own = nullptr;
};

/// \brief Have a DISTINCT at the top of a table leave out the rows that its files have.
/// \param[in] table index in Plan::tables, for which plan::ColumnsOfDistinct gives some
/// \param[in] files of the table
void LeaveOutOldRows(int table, const storage::Listing& files, const OwnPartsTarget& target);

/// \brief Have a table that is rebuilt keep what later runs merge into.
/// \param[in] table index in Plan::tables, for which plan::WhyNotKept gives none, as below
void KeepState(int table, const OwnPartsTarget& target);

/// \brief Have a table take new rows together with what is kept of older ones.
/// \param[in] state its files
void MergeIntoState(int table, const storage::Listing& state, const OwnPartsTarget& target);

}  // namespace tarn::session
