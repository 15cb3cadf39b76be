#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/error.h"
#include "s3/client.h"

namespace tarn::s3 {

/// \brief The settings of this process's buckets.
struct Configuration {
  Settings settings;
  std::map<std::string, Settings> of_buckets;  ///< instead, by bucket
};

/// \brief Open buckets so from now on; before the first call, all are as the environment says.
/// Clients that were made before stay as they are. Threads: any.
void Configure(Configuration configuration);

/// \brief The process's client for `bucket`, made when it is asked for first. Threads: any.
Result<std::shared_ptr<Client>> OpenBucket(const std::string& bucket);

}  // namespace tarn::s3
