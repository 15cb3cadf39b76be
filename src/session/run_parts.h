#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "plan/plan.h"
#include "run/events.h"
#include "session/own_parts.h"
#include "session/run_decision.h"

/// The parts of a run that an engine carries out one after the other, in one transaction: tables
/// that are rebuilt, by all files, and then those that are added to or merged into, by new files.
namespace tarn::session {

/// \brief A plan, with the files that it reads and the tables that it adds to.
struct RunPart {
  plan::Plan plan;
  engine::Increment increment;
  OwnParts own{};                   ///< of `plan`, which borrows them
  std::set<std::string> of_days{};  ///< names of sources of which some days are read
};

/// \brief What parts of a run report of sources and tables, for the ledger.
struct ComputedParts {
  std::map<std::string, engine::BadRecordCount> whole{};  ///< by source, where all files were read
  std::map<std::string, engine::BadRecordCount> added{};  ///< by source, where new ones were
  std::map<std::string, engine::BadRecordCount> days{};   ///< by source, where some days were
  std::map<std::string, run::TableWritten> tables{};      ///< by name
  std::map<std::string, lake::TableStats> kept{};         ///< by name, of partitions that stay
  std::map<std::string, run::TableWritten> states{};      ///< by table, what is kept beside it
};

/// \brief Passes events on, those of tables that are added to with all of their rows, and keeps
/// what ComputedParts has. Of sources that another part has read as a whole nothing more is told,
/// nor of what a run has beside the pipeline; tables of which partitions stay are left to
/// TellReplaced and TellMerged.
/// Threads: any.
class PartEvents : public run::Observer {
 public:
  /// \param[in] part whose events come
  /// \param[in] decision of the run. All are borrowed
  PartEvents(const RunPart& part, const RunDecision& decision, run::Observer* observer,
             ComputedParts* computed)
      : part_(part), decision_(decision), observer_(observer), computed_(*computed) {}

  void OnEvent(const run::Event& event) override;

  /// \brief When the part is carried out: tell of tables of which partitions are replaced.
  /// \param[in] transaction of the part
  /// \return also kFailed where a partition that is replaced is not there
  Status TellMerged(lake::Lake* lake, lake::Transaction* transaction);

 private:
  engine::BadRecordCount& CountOf(const std::string& source);
  bool IsToldOf(const std::string& source) const;
  bool IsOwn(const run::Event& event) const;

  const RunPart& part_;
  const RunDecision& decision_;
  run::Observer* const observer_;
  std::mutex mutex_;
  ComputedParts& computed_;
};

/// \brief The tables of `plan` that are rebuilt, as a whole or by partitions; none: there are none.
/// \param[in] decision of `plan`
std::optional<RunPart> PartOfRebuilds(const plan::Plan& plan, const RunDecision& decision);

/// \brief The tables of `plan` of which partitions are replaced by rows of some days; none: there
/// are none. \param[in] decision of `plan` \param[in] rebuilds as below
std::optional<RunPart> PartOfDays(const plan::Plan& plan, const RunDecision& decision,
                                  const std::optional<RunPart>& rebuilds);

/// \brief The tables of `plan` that new files are added to or merged into; none: there are none.
/// \param[in] decision of `plan`
/// \param[in] rebuilds the part before, which keeps the bad records of what it reads; may be none
/// \param[in] days the same
/// \param[in] lake that has the tables
std::optional<RunPart> PartOfNewFiles(const plan::Plan& plan, const RunDecision& decision,
                                      const std::optional<RunPart>& rebuilds,
                                      const std::optional<RunPart>& days, const lake::Lake& lake);

}  // namespace tarn::session
