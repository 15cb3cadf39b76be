#pragma once

#include <arrow/io/interfaces.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "lake/journal.h"
#include "lake/partition_path.h"
#include "storage/storage.h"

namespace tarn::lake {

enum class CommitState {
  kUndone,   ///< the old tables stay
  kDecided,  ///< the new tables are safe; Recover finishes what is missing
  kUnknown,  ///< Recover finds out, and finishes the commit or undoes it
};

/// \brief What one run asks of the storage that holds the lake. Has the lake's lock until it goes.
class RunBackend {
 public:
  virtual ~RunBackend() = default;

  /// \brief What the names of the run's files end with, before their suffix: no other file of the
  /// lake may have the same one unless it is replaced.
  virtual const std::string& file_tag() const = 0;

  /// \brief As Transaction::LimitMemory. Does nothing where files are written at once.
  virtual void LimitMemory(int64_t /*num_bytes*/) {}

  /// \brief Find what would make a commit of `table` fail half-way.
  virtual Status CheckTable(const std::string& table) = 0;

  /// \brief How long paths below the folder of `table` may be.
  virtual PathLimits LimitsOf(const std::string& table) const = 0;

  /// \brief A file that Commit publishes as `path` in the table's folder. Threads: any.
  virtual Result<std::shared_ptr<arrow::io::OutputStream>> NewFile(const std::string& table,
                                                                   const std::string& path) = 0;

  /// \brief A folder for another program to write files of `table` into: absolute path or URI. It
  /// goes with the run.
  virtual Result<std::string> NewFolder(const std::string& table) = 0;

  /// \brief Take a file out of such a folder, for Commit to publish as `path` in the table's
  /// folder.
  virtual Status Adopt(const storage::ObjectInfo& file, const std::string& table,
                       const std::string& path) = 0;

  /// \brief Publish what `journal` adds; then what its tables hold else goes. Called once.
  /// \param[in] journal its removes are filled in here
  /// \param[out] state what came of it, also when an error is returned
  virtual Status Commit(Journal journal, CommitState* state) = 0;

  /// \brief Drop the run's files. Not called once a commit is decided, or may be.
  virtual Status RollBack() = 0;
};

}  // namespace tarn::lake
