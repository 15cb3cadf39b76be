#pragma once

#include <string>

#include "s3/credential_source.h"
#include "s3/profile_file.h"

namespace tarn::s3 {

/// \brief Who logs in where, of a profile with sso_account_id and sso_role_name.
struct SsoLogin {
  std::string profile;
  std::string session;     ///< the sso-session's name, "" when the profile says all by itself
  std::string start_url;   ///< of the organization's access portal
  std::string region;      ///< of IAM Identity Center
  std::string account_id;  ///< whose role it is
  std::string role_name;
  std::string ca_file;  ///< PEM file with the certificates to trust; "": the system's
};

/// \return kFailed when the profile lacks a setting, or contradicts its sso-session
Result<SsoLogin> SsoLoginOf(const ProfileFiles& files, const std::string& profile);

/// \brief Ask IAM Identity Center for the role's credentials, with the token that
/// `aws sso login` left in ~/.aws/sso/cache; one that is about to expire is renewed there.
/// \return kFailed, with the command to run, when nobody is logged in
Result<LimitedCredentials> SsoCredentials(const SsoLogin& login);

}  // namespace tarn::s3
