#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/engine.h"
#include "lake/lake.h"
#include "pipeline/pipeline.h"
#include "plan/plan.h"
#include "session/run_request.h"
#include "storage/storages.h"

/// What a program does with a pipeline. Several sessions may be at work in one process: each has
/// its own settings of S3, and connections.
namespace tarn::session {

/// \brief A pipeline that is open, and what is reached by its settings.
///
/// Outlives what it gives. Threads: any number at once; runs on one lake are one at a time.
class Session {
 public:
  /// \brief Read and check a pipeline.
  /// \param[in] directory its folder, or its tarn.toml; on a disk or in S3, where the environment
  ///   says how it is reached
  /// \return kBadInput with all that is wrong in its files
  static Result<std::unique_ptr<Session>> Open(const std::string& directory,
                                               const pipeline::LoadOptions& options);

  const pipeline::Pipeline& pipeline() const { return *pipeline_; }

  /// \brief Disks, and buckets as the pipeline's [s3] and [bucket.NAME] say.
  storage::Storages* storages() { return &storages_; }

  /// \brief The lake that the pipeline writes to.
  Result<std::unique_ptr<lake::Lake>> OpenLake();

  /// \brief Bind names and types, and see whether `engine` can carry it out. No data is read.
  /// \param[in] select tables; empty: all
  /// \return kBadInput with all that is wrong in the SQL; kUsage for tables that there are not
  Result<std::unique_ptr<plan::Plan>> Plan(const std::vector<std::string>& select,
                                           const engine::Engine& engine) const;

  /// \brief Build tables, all of them or none, and leave a record of it.
  /// \return the outcome of a run that began, also of one that failed; an error when the lake can't
  ///   be opened, or its record not be written
  Result<RunOutcome> Run(const RunRequest& request, engine::Engine* engine, const RunWatch& watch);

  /// \brief Finish or undo what interrupted runs left in the lake.
  Result<lake::RecoveryReport> Recover();

 private:
  Session(std::unique_ptr<pipeline::Pipeline> pipeline,
          std::vector<std::pair<std::string, std::string>> overrides);

  run::RunRecord Describe(const RunRequest& request, const engine::Engine& engine) const;

  const std::unique_ptr<pipeline::Pipeline> pipeline_;
  const std::vector<std::pair<std::string, std::string>> overrides_;  // that it was opened with
  storage::Storages storages_;
};

}  // namespace tarn::session
