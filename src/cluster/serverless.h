#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cluster/cluster_file.h"
#include "cluster/connect_step.h"

namespace tarn::cluster {

/// \brief A Spark Connect session of an EMR Serverless application.
/// Threads: one at a time.
class ServerlessSession {
 public:
  /// \brief Take the application of that name or id, or make one; start a session; wait for it.
  /// \return
  ///   - kBadInput: settings without [serverless]
  ///   - kFailed: the AWS CLI is too old for sessions, nothing is made then; the session failed
  ///   - kCancelled: `options.stop`
  static Result<std::unique_ptr<ServerlessSession>> Open(const AwsCli& aws,
                                                         const ClusterSettings& settings,
                                                         const ConnectOptions& options);

  /// \brief Ends the session. The application stops itself when it is idle.
  virtual ~ServerlessSession() = default;

  /// \brief `sc://HOST:443/;use_ssl=true;…`. A secret for an hour: not for logs.
  virtual const std::string& remote() const = 0;
};

}  // namespace tarn::cluster
