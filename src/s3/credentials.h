#pragma once

#include <memory>

#include "base/error.h"
#include "s3/settings.h"
#include "s3/signature.h"

namespace tarn::s3 {

/// \brief Where the keys that sign requests come from.
///
/// Threads: any number at once.
class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;

  /// \brief The keys that are valid now. Kept for a while; may ask the network for new ones.
  virtual Result<Credentials> Get() = 0;

  /// \brief Forget what is kept: the service said that it has expired.
  virtual void Invalidate() = 0;

  /// \brief The AWS SDK's default chain (environment, profile, SSO, web identity, container,
  /// instance), then the role of `settings` or of its profile; no keys when it is anonymous.
  /// \param[in] settings its role_arn, profile and endpoint count
  static Result<std::shared_ptr<CredentialsProvider>> Make(const Settings& settings);

  /// \brief End the AWS SDK, if it was used: once, when no provider is left, before the program
  /// ends.
  static void EndSdk();
};

}  // namespace tarn::s3
