#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/error.h"
#include "lake/lake.h"
#include "lake/run_backend.h"
#include "lake/s3_keys.h"
#include "lake/s3_lock.h"
#include "lake/s3_uploads.h"

namespace tarn::lake {

/// \brief One run in a bucket.
///
/// Objects have their final keys from the start, and are published by the commit's requests. All
/// names of the run, its journal's too, hold a tag that no other run has: whatever a run that lost
/// its lock still does, it does to its own objects only, and a run id that comes again replaces no
/// object that an undone commit would miss. What another program wrote lies below `_tarn/staging/`,
/// and is copied inside the service into such uploads as all others.
class S3Run : public RunBackend {
 public:
  S3Run(LakeKeys keys, const std::string& run_id, std::unique_ptr<S3Lock> lock,
        UploadLimits limits = {});

  const std::string& file_tag() const override { return tag_; }
  void LimitMemory(int64_t num_bytes) override { uploads_->LimitMemory(num_bytes); }
  Status CheckTable(const std::string& table) override;
  PathLimits LimitsOf(const std::string& table) const override;
  Result<std::shared_ptr<arrow::io::OutputStream>> NewFile(const std::string& table,
                                                           const std::string& path) override;
  Result<std::string> NewFolder(const std::string& table) override;
  Status Adopt(const storage::ObjectInfo& file, const std::string& table,
               const std::string& path) override;
  Status Commit(Journal journal, CommitState* state) override;
  Status RollBack() override;

 private:
  Status PutJournal(const Journal& journal);
  Status Decide(const Journal& journal, CommitState* state);
  Status ExplainFailure(const Status& failure, const std::string& content, CommitState* state);

  const LakeKeys keys_;
  const std::string tag_;
  const std::unique_ptr<S3Lock> lock_;
  const std::shared_ptr<S3Uploads> uploads_;
  std::atomic<bool> has_folders_ = false;
  bool has_journal_ = false;  // or may have one
  std::string journal_etag_;
  Journal published_;  // what may be visible, once there is a journal
};

/// \brief Finish or undo every commit that has a journal; drop uploads of runs that died.
///
/// The caller holds the lake's lock. May be repeated, and cut off at any point.
Result<RecoveryReport> RecoverS3(const LakeKeys& keys);

}  // namespace tarn::lake
