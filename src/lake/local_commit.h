#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "lake/journal.h"
#include "lake/lake.h"
#include "lake/run_backend.h"

namespace tarn::lake {

/// \brief Where a lake on a local disk keeps what.
struct LakeFolders {
  std::string root;

  std::string table(const std::string& name) const { return root + "/" + name; }
  std::string state() const { return root + "/_tarn"; }
  std::string lock() const { return state() + "/lock"; }
  std::string staging() const { return state() + "/staging"; }
  std::string staging(const std::string& run_id) const { return staging() + "/" + run_id; }
  /// Where a file waits for its commit. Its name alone tells it from the table's others.
  std::string staged(const std::string& run_id, const std::string& table,
                     const std::string& path) const {
    return staging(run_id) + "/" + table + "/" + path.substr(path.find_last_of('/') + 1);
  }
  /// Where another program writes files of the table.
  std::string foreign(const std::string& run_id, const std::string& table) const {
    return staging(run_id) + "/_foreign/" + table;
  }
  std::string journals() const { return state() + "/journal"; }
  std::string journal(const std::string& run_id) const {
    return journals() + "/" + run_id + ".json";
  }
};

/// \brief Publish staged files: sync them, write the journal, then do what it says.
///
/// The caller holds the lake's lock.
/// \param[in] journal its removes are filled in here, by what the tables' folders hold now
/// \param[out] state what came of it; never kUnknown
Status CommitLocal(const LakeFolders& folders, Journal journal, CommitState* state);

/// \brief Remove what a run staged and did not publish.
Status RollBackLocal(const LakeFolders& folders, const std::string& run_id);

/// \brief Finish every commit that has a journal, remove what other runs staged.
///
/// The caller holds the lake's lock. May be repeated, and cut off at any point.
Result<RecoveryReport> RecoverLocal(const LakeFolders& folders);

}  // namespace tarn::lake
