#pragma once

#include "base/error.h"

namespace tarn::cluster {

/// \brief A port of 127.0.0.1 that nobody listens on now.
/// \param[in] wished taken if it is such a one
Result<int> FreePort(int wished = 0);

/// \brief Whether somebody listens on that port of 127.0.0.1.
bool IsListening(int port);

/// \brief Whether a server of HTTP/2, which gRPC speaks, answers behind that port of 127.0.0.1: a
/// tunnel listens though nobody does at its other end.
bool AnswersHttp2(int port);

}  // namespace tarn::cluster
