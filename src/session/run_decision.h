#pragma once

#include <arrow/util/cancel.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/engine.h"
#include "lake/lake.h"
#include "ledger/compare_files.h"
#include "ledger/lake_state.h"
#include "plan/plan.h"
#include "run/events.h"
#include "session/made_of.h"
#include "storage/storages.h"

/// What a run reads and writes, decided before it reads a record (docs/adr/0026).
namespace tarn::session {

/// \brief The files of a source, and how they differ from those that earlier runs have consumed.
struct SourceNow {
  storage::Listing listing;
  std::optional<ledger::SourceState> before{};  ///< none: the ledger has nothing of it
  ledger::FileChanges changes{};                ///< against `before`; without it, empty
  /// With a backfill, the files of its days; none: the source has no dates in its paths. New files
  /// of other days are then in neither `listing` nor `changes`, and wait for the next run.
  std::optional<storage::Listing> days{};
  bool has_lost_others = false;  ///< of other days than those, files changed or are gone

  /// \brief Whether files were only added to what the ledger has, at least one.
  bool has_grown() const {
    return before.has_value() && changes.only_added() && !changes.added.empty();
  }
};

/// \brief What is done with a table.
struct TableDecision {
  run::TableChange change = run::TableChange::kNone;
  std::string reason{};         ///< as run::TableDecided
  bool is_of_days = false;      ///< kReplacePartitions of the rows of SourceNow::days alone
  bool is_of_each_run = false;  ///< kRebuild by its SQL alone, though nothing is new
};

/// \brief What is done in a run.
struct RunDecision {
  std::optional<ledger::LakeState>
      before{};                         ///< of the ledger; none: there is none, or it is not read
  std::vector<SourceNow> sources{};     ///< those of Plan::sources
  std::vector<TableDecision> tables{};  ///< those of Plan::tables; not selected: kNone
  std::map<std::string, MadeOf> made_of{};  ///< by table
  /// By the name of a table that is added to, its files.
  std::map<std::string, std::vector<storage::ObjectInfo>> table_files{};
  /// By the name of a table that rows are merged into what is kept of, the files of that.
  std::map<std::string, std::vector<storage::ObjectInfo>> state_files{};
  /// As TablesThatKeepState.
  std::map<std::string, std::string> meanings_of_states{};

  /// \brief The ledger's state of a table that `before` has.
  const ledger::TableState& StateOf(const std::string& table) const {
    return before->tables.at(table);
  }
};

/// \brief What a decision follows from. All pointers are borrowed.
struct DecisionInput {
  const plan::Plan* plan = nullptr;
  const engine::Engine* engine = nullptr;
  lake::Lake* lake = nullptr;  ///< which this run holds
  storage::Storages* storages = nullptr;
  bool is_full = false;          ///< every table is rebuilt, and the ledger not read
  bool takes_rows_away = false;  ///< as RunRequest
  arrow::StopToken stop = arrow::StopToken::Unstoppable();
  std::optional<Period> backfill{};  ///< as RunRequest
};

/// \brief List the sources of the plan, and compare them with the ledger.
/// \return a decision without tables; also as engine::ListSource and ledger::ReadLakeState
Result<RunDecision> CompareSources(const DecisionInput& input);

/// \brief Decide on each table of the plan.
/// \param[in,out] decision of CompareSources, by this plan or one of the same sources
/// \return kBadInput for a table of which partitions stay that are divided by other columns
Status DecideTables(const DecisionInput& input, RunDecision* decision);

/// \brief Both.
Result<RunDecision> DecideRun(const DecisionInput& input);

}  // namespace tarn::session
