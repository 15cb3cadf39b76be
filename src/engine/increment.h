#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/bad_record_limit.h"
#include "storage/storages.h"

namespace tarn::engine {

/// \brief What a run reads, and what it leaves of tables, where it does not read all and replace
/// all (docs/adr/0026).
struct Increment {
  /// By the name of a source, the files that are read of it, one or more. Of other sources all are.
  std::map<std::string, storage::Listing> files{};
  /// Names of tables to which rows are added. The others are replaced.
  std::set<std::string> appended{};
  /// Names of tables of which only the partitions are replaced that get rows.
  std::set<std::string> partly_replaced{};
  /// By the name of a table in `appended` with a key, its files so far: no new row may repeat a key
  /// there.
  std::map<std::string, std::vector<storage::ObjectInfo>> old_files{};
  /// By the name of a source of which only new files are read, the records of the others: limits
  /// of bad records are of both.
  std::map<std::string, BadRecordCount> consumed{};
  /// Names of sources whose bad records are not kept: the run reads the same files once more.
  std::set<std::string> kept_elsewhere{};
};

/// \brief Whether rows are added to the table. \param[in] increment null: to none
inline bool Appends(const Increment* increment, const std::string& table) {
  return increment != nullptr && increment->appended.contains(table);
}

/// \brief Whether partitions of the table stay that get no rows. \param[in] increment null: none do
inline bool ReplacesPartitions(const Increment* increment, const std::string& table) {
  return increment != nullptr && increment->partly_replaced.contains(table);
}

/// \brief Whether only new files of the source are read. \param[in] increment null: all are
inline bool ReadsNewFilesOnly(const Increment* increment, const std::string& source) {
  return increment != nullptr && increment->consumed.contains(source);
}

/// \brief The records of the source that earlier runs have read, and this one does not.
inline BadRecordCount ConsumedBefore(const Increment* increment, const std::string& source) {
  return ReadsNewFilesOnly(increment, source) ? increment->consumed.at(source) : BadRecordCount{};
}

/// \brief Whether the source's bad records are kept by this part of the run.
inline bool KeepsBadRecords(const Increment* increment, const std::string& source) {
  return increment == nullptr || !increment->kept_elsewhere.contains(source);
}

}  // namespace tarn::engine
