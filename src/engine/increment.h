#pragma once

#include <map>
#include <set>
#include <string>

#include "storage/storages.h"

namespace tarn::engine {

/// \brief How a run carries out a plan of new rows, plan::PlanOfNewRows (docs/adr/0026).
struct Increment {
  /// By the name of a source that has new files these, one or more. Of other sources all are read.
  std::map<std::string, storage::Listing> files{};
  /// Names of tables to which rows are added. The others are replaced.
  std::set<std::string> appended{};
};

/// \brief Whether rows are added to the table. \param[in] increment null: to none
inline bool Appends(const Increment* increment, const std::string& table) {
  return increment != nullptr && increment->appended.contains(table);
}

}  // namespace tarn::engine
