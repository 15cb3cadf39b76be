#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "s3/responses.h"
#include "s3/signature.h"

namespace tarn::s3 {

struct RoleRequest {
  std::string role_arn;
  std::string external_id;  ///< may be empty
  std::string region;       ///< whose STS is asked; "" is us-east-1
  std::string ca_file;
};

/// \brief Asks STS for a role's credentials. AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL name another
/// service than AWS's. Threads: one at a time.
class AssumeRole {
 public:
  static Result<std::unique_ptr<AssumeRole>> Make(const RoleRequest& role);
  virtual ~AssumeRole() = default;

  /// \param[in] own who asks
  virtual Result<AssumedCredentials> Call(const Credentials& own) = 0;
};

}  // namespace tarn::s3
