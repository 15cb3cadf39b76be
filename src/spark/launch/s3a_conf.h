#pragma once

#include <string>
#include <vector>

#include "spark/launch/connect_server.h"

namespace tarn::spark {

/// \brief How Spark is to reach one bucket; "" and false: as S3A does by itself.
struct S3aBucket {
  std::string name;
  std::string region;
  std::string endpoint;         ///< URL of another service than AWS's
  bool path_style = false;      ///< the bucket in the path, not in the host's name
  bool anonymous = false;       ///< requests are not signed
  bool requester_pays = false;  ///< requests say that their sender pays
  std::string role_arn;         ///< a role to assume
  std::string encryption;       ///< of new objects: "AES256", "aws:kms"
  std::string kms_key_id;       ///< for aws:kms
};

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
S3aConf MakeS3aConf(const std::vector<S3aBucket>& buckets, const std::vector<std::string>& jars);

}  // namespace tarn::spark
