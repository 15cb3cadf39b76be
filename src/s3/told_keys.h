#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "s3/client.h"

namespace tarn::s3 {

/// \brief Whether listed keys are those of objects. XML cannot carry every character, and a service
/// that does not encode keys lists U+FFFD in its place: to delete such a key would do nothing.
/// \return kFailed with the first key that stands for another one
Status CheckKeysAreTold(Client* client, const std::vector<std::string>& keys);

}  // namespace tarn::s3
