#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace tarn::cluster {

/// \brief The end of a tunnel on this machine.
struct LocalEnd {
  int port = 0;  ///< of 127.0.0.1
  /// A Unix socket in the port's place: where its folder lets in this user alone, so does it.
  std::string socket_path = {};
};

/// \brief A port of 127.0.0.1 that nothing listens on now.
/// \param[in] wished taken if it is such a one
Result<int> FreePort(int wished = 0);

/// \brief Whether somebody listens there.
bool IsListening(const LocalEnd& end);

/// \brief Whether whoever listens on that port of 127.0.0.1 belongs to this user, as far as the
/// kernel reports: another user may have taken it to receive secrets.
bool IsListenerOurs(int port);

/// \brief IsListenerOurs by the text of /proc/net/tcp and /proc/net/tcp6.
bool IsListenerOf(unsigned user, int port, std::string_view tables);

/// \brief Whether a server of HTTP/2, which gRPC speaks, answers behind it: a tunnel listens though
/// nothing does at its other end.
bool AnswersHttp2(const LocalEnd& end);

}  // namespace tarn::cluster
