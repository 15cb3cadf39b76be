#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "lake/lake.h"
#include "lake/s3_lock.h"
#include "lake/s3_uploads.h"

namespace tarn::lake {

/// \brief What tests change; the defaults are those of every lake.
struct S3LakeOptions {
  UploadLimits uploads;  ///< of each run
  LeaseTiming lease;     ///< of the lake's lock
};

/// \brief A lake below a prefix of a bucket. Touches nothing until a run begins.
/// \param[in] root s3://bucket/prefix
Result<std::unique_ptr<Lake>> OpenS3Lake(storage::Storages* storages, const std::string& root,
                                         S3LakeOptions options = {});

}  // namespace tarn::lake
