#pragma once

#include <functional>

#include "base/error.h"

namespace tarn {

/// \brief Asked now and then by what works long: Cancelled when it should stop.
using Poll = std::function<Status()>;
inline Status GoOn() { return Status::OK(); }

}  // namespace tarn
