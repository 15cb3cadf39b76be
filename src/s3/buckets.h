#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/error.h"
#include "s3/client.h"
#include "s3/settings.h"

namespace tarn::s3 {

/// \brief How this process reaches its buckets.
struct Configuration {
  Settings settings;                           ///< of buckets that have none of their own
  std::map<std::string, Settings> of_buckets;  ///< by the bucket's name
};

/// \brief Set how buckets are reached from now on; before, it is what the environment says.
/// Buckets that are open already stay as they are. Threads: any.
void Configure(Configuration configuration);

/// \brief The process's client for `bucket`, made when it is asked for first. Threads: any.
Result<std::shared_ptr<Client>> OpenBucket(const std::string& bucket);

}  // namespace tarn::s3
