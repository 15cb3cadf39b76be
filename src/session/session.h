#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/engine.h"
#include "lake/lake.h"
#include "pipeline/pipeline.h"
#include "plan/plan.h"
#include "session/check.h"
#include "session/plan_size.h"
#include "session/quarantine.h"
#include "session/run_request.h"
#include "session/show.h"
#include "session/source_files.h"
#include "storage/storages.h"

/// What a program does with a pipeline. Several sessions may be at work in one process: each has
/// its own settings of S3, and connections.
namespace tarn::session {

/// \brief The records of a lake's runs.
struct LakeRuns {
  std::string lake_root;  ///< as lake::Lake::root
  run::RunList list;
};

/// \brief A pipeline that is open, and what is reached by its settings.
///
/// What needs the lake is kBadInput, at lake.output, where its bucket is not there.
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

  /// \brief What a run of `plan` would read and write, for an estimate of it.
  /// \param[in] plan of this session
  /// \param[in] reads_samples of sources whose rows are joined, so that the joins can be ordered;
  /// else no data is read
  Result<PlanSize> Measure(const plan::Plan& plan, bool reads_samples = false);

  /// \brief See whether `engine` can carry out the whole pipeline, and with
  /// CheckRequest::reads_data, whether its sources' files are as their schemas say.
  /// \return kBadInput as Plan; also for files that cannot be read at all. What is wrong in them is
  ///   in the report
  Result<CheckReport> Check(const CheckRequest& request, const engine::Engine& engine);

  /// \brief Build tables, all of them or none, and leave a record of it.
  /// \return the outcome of a run that began, also of one that failed; an error when the lake can't
  ///   be opened, or its record not be written; kUsage for tables that there are not
  Result<RunOutcome> Run(const RunRequest& request, engine::Engine* engine, const RunWatch& watch);

  /// \brief Whether a run would find something to do: files, SQL or settings that the lake's tables
  /// are not made of. A table with other rows in every run, as it reads the clock, is none.
  ///
  /// Takes no lock and writes nothing.
  /// \return also kConflict while a run replaces the ledger
  Result<bool> HasNews(const RunRequest& request, const engine::Engine& engine,
                       const arrow::StopToken& stop);

  /// \brief Finish or undo what interrupted runs left in the lake.
  Result<lake::RecoveryReport> Recover();

  /// \brief Give up an interrupted commit that Recover cannot deal with.
  /// \param[in] run as lake::Lake::Discard
  Result<lake::DiscardReport> Discard(const std::string& run);

  /// \brief The tables that the lake has.
  Result<LakeTables> Tables();

  /// \brief What is in tables of this lake, or elsewhere: see ShowTables.
  Result<ShownTables> Show(const std::vector<TablePlace>& tables, const ShowOptions& options);

  /// \brief The runs that the lake has records of.
  Result<LakeRuns> Runs();

  /// \brief Bad records and broken rules that runs found: see ReadFindings.
  /// \return also kUsage for a source that there is not
  Result<Findings> Quarantine(const QuarantineRequest& request);

  /// \brief The files of sources, and what of them is new: see VisitSourceFiles.
  /// \return also kUsage for a source that there is not
  Result<std::vector<SourceFiles>> Files(const std::vector<std::string>& sources,
                                         const FileVisitor& visit);

  /// \brief Uploads to the lake that never ended: see lake::Lake::CleanUploads.
  Result<std::vector<lake::UnfinishedUpload>> CleanUploads(std::chrono::seconds older_than,
                                                           bool abort);

 private:
  Session(std::unique_ptr<pipeline::Pipeline> pipeline,
          std::vector<std::pair<std::string, std::string>> overrides);

  run::RunRecord Describe(const RunRequest& request, const engine::Engine& engine) const;

  const std::unique_ptr<pipeline::Pipeline> pipeline_;
  const std::vector<std::pair<std::string, std::string>> overrides_;  // that it was opened with
  storage::Storages storages_;
};

}  // namespace tarn::session
