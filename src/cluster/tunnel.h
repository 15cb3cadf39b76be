#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cluster/cluster_file.h"
#include "cluster/emr.h"
#include "cluster/local_port.h"

namespace tarn::cluster {

/// \brief An end on this machine that leads to a port of the primary node.
struct Forward {
  LocalEnd local;       ///< a socket through ssh alone
  int remote_port = 0;  ///< of the primary node
  /// Whether the server behind it listens on the node's loopback interface; on its name otherwise.
  bool is_loopback = true;
};

/// \brief Ports forwarded to a cluster's primary node, by `ssh` or by AWS Systems Manager. It lives
/// in child processes that the kernel ends with this one.
/// Threads: one at a time.
class Tunnel {
 public:
  /// \return when its ends are open
  ///   - kFailed: no ssh or plugin, a key that is refused, a port that is taken, …: with what the
  ///     program said, and what to do
  ///   - kCancelled: `stop`
  static Result<std::unique_ptr<Tunnel>> Open(const AwsCli& aws, const TunnelSettings& settings,
                                              const Cluster& cluster,
                                              const std::vector<Forward>& forwards,
                                              const arrow::StopToken& stop);

  /// \brief Closes it.
  virtual ~Tunnel() = default;

  /// \return kFailed, with what was said last, when it broke
  virtual Status CheckOpen() const = 0;
};

/// \brief The programs that Open starts, with their arguments; the first word is not looked up.
/// \param[in] instance_id of the primary node, for Systems Manager
std::vector<std::vector<std::string>> TunnelCommands(const AwsCli& aws,
                                                     const TunnelSettings& settings,
                                                     const Cluster& cluster,
                                                     const std::string& instance_id,
                                                     const std::vector<Forward>& forwards);

}  // namespace tarn::cluster
