#pragma once

#include <string>

namespace tarn::connect {

/// \brief A new UUID by chance (version 4), as sessions and operations are named.
std::string NewUuid();

}  // namespace tarn::connect
