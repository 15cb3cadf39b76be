#pragma once

#include <string>

#include "spark/job/job.h"

namespace tarn::spark {

/// \brief Let the job's URIs be those of its server: `s3://` is EMR's own file system there, and
/// `s3a://`, Hadoop's, everywhere else.
/// \param[in] spark_version as the server reports it; EMR's is such as "4.0.1-amzn-0"
void UsePathsOf(const std::string& spark_version, Job* job);

}  // namespace tarn::spark
