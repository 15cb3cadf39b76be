#pragma once

#include <string>
#include <vector>

#include "spark/job/job.h"
#include "spark/launch/connect_server.h"

namespace tarn::spark {

/// \brief Settings for `s3a://` URIs, to put before the user's own.
struct S3aConf {
  Conf conf;
  std::string warning;  ///< what is missing, what follows and what to do; "": nothing is missing
};

/// \brief Let a server reach these buckets, and write through the magic committer: then rows appear
/// when a write is committed, and nothing is renamed.
///
/// Keys are no part of it: they stay in the environment, where the driver takes them from and hands
/// them to its executors (AWS_ACCESS_KEY_ID, …), or come from AWS's default chain (profile, web
/// identity, container, instance).
/// \param[in] jars the server's, as FindJars returns them
/// \return a warning, and no committer, when hadoop-aws or spark-hadoop-cloud is not among `jars`
S3aConf MakeS3aConf(const std::vector<JobBucket>& buckets, const std::vector<std::string>& jars);

}  // namespace tarn::spark
