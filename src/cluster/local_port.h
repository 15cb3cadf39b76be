#pragma once

#include <string_view>

#include "base/error.h"

namespace tarn::cluster {

/// \brief A port of 127.0.0.1 that nobody listens on now.
/// \param[in] wished taken if it is such a one
Result<int> FreePort(int wished = 0);

/// \brief Whether somebody listens on that port of 127.0.0.1.
bool IsListening(int port);

/// \brief Whether whoever listens on that port of 127.0.0.1 belongs to this user, as far as the
/// kernel tells: another user may have taken it, to be told secrets.
bool IsListenerOurs(int port);

/// \brief IsListenerOurs by the text of /proc/net/tcp and /proc/net/tcp6.
bool IsListenerOf(unsigned user, int port, std::string_view tables);

/// \brief Whether a server of HTTP/2, which gRPC speaks, answers behind that port of 127.0.0.1: a
/// tunnel listens though nobody does at its other end.
bool AnswersHttp2(int port);

}  // namespace tarn::cluster
