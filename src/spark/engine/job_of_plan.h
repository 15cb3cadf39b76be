#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "lake/lake.h"
#include "plan/plan.h"
#include "spark/engine/scanned_sources.h"
#include "spark/job/job.h"
#include "storage/storage.h"

namespace tarn::spark {

/// \brief The files of each source of a plan, as listed.
using SourceFiles = std::vector<storage::Listing>;

/// \brief What Spark has to do for a plan: everything of a Job but its server.
///
/// \param[in] files by source of the plan, at least one each
/// \param[in] folders where the files of each table go, by table of the plan; "" for those that are
///   not selected
/// \param[in] scanned sources that Spark need not read
/// \param[in] tables who writes each; empty: Spark all of them
Result<Job> MakeJob(const plan::Plan& plan, const SourceFiles& files,
                    const std::vector<std::string>& folders, const ScannedSources& scanned = {},
                    const std::vector<TablePlace>& tables = {});

/// \brief How a Spark that is started reaches the buckets of these URIs; paths of disks are left
/// out.
/// \return kUsage for a bucket with a profile of its own: Spark has its keys from the environment,
/// which may be another account's
Result<std::vector<JobBucket>> BucketsOf(s3::Buckets* buckets,
                                         const std::vector<std::string>& uris);

}  // namespace tarn::spark
