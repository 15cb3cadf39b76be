#pragma once

#include <string>

#include "base/error.h"
#include "s3/responses.h"
#include "s3/signature.h"

namespace tarn::s3 {

/// \brief Which role is asked for, and how.
struct RoleRequest {
  std::string role_arn;
  std::string external_id;          ///< may be empty, as all that follow
  std::string session_name;         ///< "": tarn and this process's number
  std::string duration_seconds;     ///< "": the service's default
  std::string mfa_serial;           ///< of the device whose code is asked for on the terminal
  std::string identity_token_file;  ///< of who asks by AssumeRoleWithWebIdentity, without keys
  std::string region;               ///< whose STS is asked; "" is us-east-1
  std::string endpoint;             ///< URL of another service than AWS's
  std::string ca_file;              ///< PEM file with the certificates to trust
};

/// \brief Asks STS for a role's credentials, on a thread that is over when it returns.
/// \param[in] own who asks; none for a web identity
Result<AssumedCredentials> AssumeRole(const RoleRequest& role, const Credentials& own);

}  // namespace tarn::s3
