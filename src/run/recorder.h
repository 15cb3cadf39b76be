#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "run/events.h"
#include "run/record.h"

namespace tarn::run {

/// \brief Keeps a run's record: written when the run starts and again when it ends.
///
/// Order of calls: Start, any number of OnEvent, Finish once. A recorder that is destroyed without
/// Finish leaves the record as "running", which ListRuns shows as interrupted once the process
/// ended.
class RunRecorder : public Observer {
 public:
  /// \param[in] storage that holds the lake
  /// \param[in] record what the caller knows of the run: versions, engine, pipeline, globs. The
  /// rest
  ///   is set here (StampStart).
  /// \return IOError when the lake can't be written.
  static Result<std::unique_ptr<RunRecorder>> Start(std::shared_ptr<storage::Storage> storage,
                                                    std::string lake_root, RunRecord record);

  const std::string& run_id() const { return record_.run_id; }

  /// \brief The moment that the record has.
  std::chrono::system_clock::time_point started_at() const { return started_at_; }

  void OnEvent(const Event& event) override;

  /// \brief The bad records that were reported are not in quarantine after all.
  void ForgetQuarantine();

  /// \brief Write how the run ended.
  Status Finish(const Status& outcome);

  /// \brief The record as it stands. Not while events come in.
  const RunRecord& record() const { return record_; }

 private:
  RunRecorder(std::shared_ptr<storage::Storage> storage, std::string lake_root, RunRecord record);

  SourceRecord& SourceNamed(const std::string& name);
  void Take(const TableDecided& decided);
  void Take(const TableWritten& written);
  void Insert(TableRecord table);
  std::map<std::string, Period> PeriodsAfter(const TableRecord& table) const;

  const std::shared_ptr<storage::Storage> storage_;
  const std::string lake_root_;
  const std::chrono::system_clock::time_point started_at_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::map<std::string, TableFound> found_;        // by table
  std::map<std::string, TableDecided> decisions_;  // by table
  RunRecord record_;
};

}  // namespace tarn::run
