#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "s3/client.h"

namespace tarn::s3 {

/// \brief Open buckets with these settings from now on; before the first call, all are as the
/// environment says. Clients that were made before stay as they are. Threads: any.
/// \param[in] settings_of called for a bucket when it is opened; must not open one
void Configure(std::function<Settings(const std::string& bucket)> settings_of);

/// \brief With which settings a bucket is opened. Threads: any.
Settings SettingsOf(const std::string& bucket);

/// \brief The process's client for `bucket`, made when it is asked for first. Threads: any.
Result<std::shared_ptr<Client>> OpenBucket(const std::string& bucket);

/// \brief End all clients and their threads; calls that are under way finish with Cancelled. To be
/// called before the program ends, while what callbacks use is still there.
void EndBuckets();

}  // namespace tarn::s3
