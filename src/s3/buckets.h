#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/error.h"
#include "s3/client.h"

namespace tarn::s3 {

/// \brief The buckets that one session reaches, each through one client, and so through one pool of
/// connections, however many parts of the program use it.
///
/// Threads: any.
class Buckets {
 public:
  using SettingsOfBucket = std::function<BucketSettings(const std::string& bucket)>;

  /// \param[in] settings_of called for a bucket when it is opened; must not open one
  explicit Buckets(SettingsOfBucket settings_of);

  /// \brief Buckets as the environment says.
  Buckets();

  /// Ends all clients and their threads; calls that are under way finish with Cancelled. What
  /// callbacks use must still be there.
  ~Buckets();

  /// \brief With which settings a bucket is opened.
  BucketSettings SettingsOf(const std::string& bucket);

  /// \brief The client for `bucket`, made when it is asked for first.
  Result<std::shared_ptr<Client>> Open(const std::string& bucket);

 private:
  const SettingsOfBucket settings_of_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Client>> clients_;
};

}  // namespace tarn::s3
