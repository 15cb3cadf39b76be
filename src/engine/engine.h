#pragma once

#include <arrow/util/cancel.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "engine/increment.h"
#include "lake/lake.h"
#include "plan/plan.h"
#include "run/events.h"
#include "storage/storages.h"

namespace tarn::engine {

/// \brief What a run is carried out with. All pointers are borrowed.
struct RunContext {
  storage::Storages* storages = nullptr;  ///< that sources are read from; never null in a run
  arrow::StopToken stop = arrow::StopToken::Unstoppable();  ///< ends the run with Cancelled
  run::Observer* observer = nullptr;                        ///< may be null
  /// Called with what will work, but not well.
  std::function<void(const std::string& warning)> warn = [](const std::string&) {};
  /// The run's start, which current_timestamp gives everywhere in it.
  std::chrono::system_clock::time_point started_at = std::chrono::system_clock::now();
  const Increment* increment = nullptr;  ///< null: all files are read, and every table is replaced
};

/// \brief What computes a plan's tables.
///
/// Threads: one at a time.
class Engine {
 public:
  virtual ~Engine() = default;

  /// \brief "local" or "spark", as run records have it.
  virtual std::string_view name() const = 0;

  /// \brief Whether it can carry out the plan, as far as that is known without data.
  /// \return kBadInput with all that it cannot, at its places in the SQL
  virtual Status Check(const plan::Plan& plan) const = 0;

  /// \brief Whether it looks for the keys of new rows in a table's files, Increment::old_files.
  virtual bool finds_old_keys() const { return false; }

  /// \brief Whether it takes rows of new files together with what is kept of older ones, which is a
  /// source of the plan that the pipeline has not, of Increment::files.
  virtual bool merges() const { return false; }

  /// \brief Whether it asks the SQL of tables, and not their plans, also of new files alone.
  virtual bool asks_sql() const { return false; }

  /// \brief Compute the selected tables of `plan` and write them through `transaction` (not
  /// committed). Of tables that are added to, checks are of the new rows, and the least number of
  /// rows is not asked for.
  /// \return kBadInput for a source without files or with too many bad records, and for SQL that
  ///   fails on a value; kCheckFailed with all rules that are broken; Cancelled when stopped. But
  ///   when it is cancelled, the quarantines have what was found, for CommitFindings.
  virtual Status Run(const plan::Plan& plan, lake::Transaction* transaction,
                     const RunContext& context) = 0;
};

}  // namespace tarn::engine
