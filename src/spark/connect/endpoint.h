#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

/// A client of Spark Connect: relations that are built here and carried out by a Spark server.
namespace tarn::connect {

/// \brief Where a Spark Connect server is, and as whom it is spoken to.
struct Endpoint {
  std::string host;  ///< without the brackets of an IPv6 address
  int port = 15002;
  std::string socket_path;  ///< a Unix socket in the place of host and port; else ""
  bool use_tls = false;     ///< encrypt, and check the server's certificate
  std::string token;        ///< secret; sent as `authorization: Bearer …`; "": none
  std::string user_id;      ///< "": the user's name of this system
  std::string user_agent;   ///< in the server's logs; "": SessionOptions says
  std::string session_id;   ///< UUID of a session to share; "": a new session
  std::map<std::string, std::string> headers{};  ///< sent with each call; names in small letters

  /// \brief Whether the server is on this machine: `localhost`, 127.0.0.0/8, `::1` or a socket.
  bool is_loopback() const;

  /// \brief `sc://host:port` or `sc+unix://path`: for messages, without anything that is secret.
  std::string ToString() const;
};

/// \brief Read a connection string of Spark Connect.
///
/// `sc://host:port/;use_ssl=true;token=…;user_id=…;user_agent=…;session_id=…;x-header=…`.
/// Or `sc+unix:///path;token=…` for a Unix socket, which other clients don't know.
/// The port is 15002 when it is left out. Values are URL-decoded. A token is sent over TLS only,
/// unless the server is on this machine. Parameters with other names are sent as headers, but for
/// `grpc_…`, which tune other clients' transport and have no effect here.
/// \param[in] default_token used when `text` has none, such as SPARK_CONNECT_AUTHENTICATE_TOKEN
/// \return kUsage that names the part that is wrong; a token's text is never in it
/// Source: connector/connect/docs/client-connection-string.md of Spark 4.
Result<Endpoint> ParseEndpoint(std::string_view text, std::string_view default_token = "");

}  // namespace tarn::connect
