#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "lake/lake.h"
#include "pipeline/pipeline.h"
#include "storage/storages.h"

/// What a program does with a pipeline. Several sessions may be at work in one process: each has
/// its own settings of S3, and connections.
namespace tarn::session {

/// \brief A pipeline that is open, and what is reached by its settings.
///
/// Outlives what it gives. Threads: any number at once.
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

  /// \brief The lake that the pipeline writes to, or another one that is reached by its settings.
  Result<std::unique_ptr<lake::Lake>> OpenLake() { return OpenLake(pipeline_->output); }
  Result<std::unique_ptr<lake::Lake>> OpenLake(const std::string& root) {
    return lake::Lake::Open(&storages_, root);
  }

 private:
  explicit Session(std::unique_ptr<pipeline::Pipeline> pipeline);

  const std::unique_ptr<pipeline::Pipeline> pipeline_;
  storage::Storages storages_;
};

}  // namespace tarn::session
