#pragma once

#include <arrow/util/cancel.h>

#include <string>

#include "base/error.h"

namespace tarn::spark {

/// \brief Whether one of the masters of `spark://HOST:PORT[,HOST:PORT…]` takes a connection. Spark
/// itself would ask for a minute, and not say why none did.
///
/// \return
///   - OK at the first that does, and for masters of other kinds, which are not asked
///   - kUsage for what has no host and port
///   - kFailed after 10 s, or when the network refused all: with what it said of each
///   - kCancelled: `stop`
Status CheckMaster(const std::string& master, const arrow::StopToken& stop);

}  // namespace tarn::spark
