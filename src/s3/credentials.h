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

  /// \brief As the AWS CLI finds them. The profile of `settings` is the only source; without one,
  /// the environment's keys, the profile of AWS_PROFILE, a web identity, the container, the
  /// instance, in that order. Then the role of `settings` is assumed. None when it is anonymous.
  /// \param[in] settings its profile, role_arn, external_id, region, ca_file and anonymous count
  /// \return kFailed when there is no such profile, or it can't be used; what needs the network or
  /// a program is found out by Get
  static Result<std::shared_ptr<CredentialsProvider>> Make(const BucketSettings& settings);
};

}  // namespace tarn::s3
