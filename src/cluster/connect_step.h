#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cluster/cluster_file.h"
#include "cluster/emr.h"

namespace tarn::cluster {

struct ConnectOptions {
  std::vector<std::pair<std::string, std::string>> conf;    ///< Spark's settings, without secrets
  arrow::StopToken stop = arrow::StopToken::Unstoppable();  ///< ends the waiting
  OnProgress on_progress = [](const std::string&) {};       ///< called while Open waits
};

/// \brief A Spark Connect server on a cluster, and the tunnel to it.
///
/// The server is a step. It listens on the primary node's loopback interface alone, lets in who has
/// its token, and ends itself when it has heard nothing for 15 minutes, so that a cluster whose
/// user is gone becomes idle. The token is in no argument: it goes through an encrypted object in
/// the cluster's log folder, which the step removes as it reads it (docs/adr/0013).
/// Threads: one at a time.
class ClusterConnection {
 public:
  /// \brief Wait for the cluster, start the server, open the tunnel, and wait until it answers.
  /// \return
  ///   - kBadInput: a release without Spark 4, a cluster without log folder
  ///   - kUsage: a setting in `conf` that holds a secret
  ///   - kFailed: the cluster or the step ended, with what it said; no tunnel
  ///   - kCancelled: `stop`
  static Result<std::unique_ptr<ClusterConnection>> Open(const AwsCli& aws,
                                                         const ClusterSettings& settings,
                                                         const std::string& cluster_id,
                                                         ConnectOptions options);

  /// \brief Ends the step and closes the tunnel. A step that cannot be ended ends itself later.
  virtual ~ClusterConnection() = default;

  /// \brief `sc+unix://PATH;token=TOKEN`, through Systems Manager
  /// `sc://127.0.0.1:PORT/;token=TOKEN`. A secret: not for logs.
  virtual const std::string& remote() const = 0;
};

/// \brief The program of the step. \param[in] token_uri object with the token
std::vector<std::string> ConnectArguments(
    const std::string& token_uri, int port,
    const std::vector<std::pair<std::string, std::string>>& conf);

}  // namespace tarn::cluster
