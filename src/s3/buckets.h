#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "s3/client.h"

namespace tarn::s3 {

/// \brief The process's client for `bucket`, made when it is asked for first, with the settings of
/// the environment. Threads: any.
Result<std::shared_ptr<Client>> OpenBucket(const std::string& bucket);

}  // namespace tarn::s3
