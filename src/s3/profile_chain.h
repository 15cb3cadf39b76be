#pragma once

#include <memory>
#include <string>

#include "s3/assume_role.h"
#include "s3/credential_source.h"
#include "s3/profile_file.h"

namespace tarn::s3 {

/// \brief What the profiles' own settings do not say.
struct ProfileChainOptions {
  bool takes_environment = false;  ///< AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN count, too
  std::string region;              ///< whose STS is asked
  std::string ca_file;             ///< PEM file with the certificates to trust; "": the system's
};

/// \brief The credentials of one profile, found in the order that botocore looks: the role that it
/// names, assumed by its source_profile (and so on) or credential_source; a web identity; SSO; its
/// keys; its credential_process.
/// \param[in] profile one of `files`
/// \return null when it has none of them
///   - kFailed: a chain that does not end, a source that is not there or has none, …
Result<std::shared_ptr<CredentialsProvider>> ProfileCredentials(const ProfileFiles& files,
                                                                const std::string& profile,
                                                                const ProfileChainOptions& options);

/// \brief The role's credentials, asked for with those of `base`; null: by a web identity.
std::shared_ptr<CredentialsProvider> RoleCredentials(const RoleRequest& role,
                                                     std::shared_ptr<CredentialsProvider> base);

/// \brief AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; null when they are not
/// set. \return kFailed when there is an id without its secret
Result<std::shared_ptr<CredentialsProvider>> EnvironmentCredentials();

}  // namespace tarn::s3
