#pragma once

#include <map>
#include <string>

#include "base/error.h"
#include "s3/ini_file.h"

namespace tarn::s3 {

/// \brief One profile: what ~/.aws/credentials says over what ~/.aws/config does.
struct Profile {
  IniSection all;             ///< of both files; credentials' keys win
  IniSection of_config;       ///< ~/.aws/config alone
  IniSection of_credentials;  ///< ~/.aws/credentials alone
};

/// \brief What ~/.aws/config and ~/.aws/credentials say, as botocore reads them.
struct ProfileFiles {
  std::map<std::string, Profile> profiles;         ///< by name
  std::map<std::string, IniSection> sso_sessions;  ///< [sso-session NAME], by name
  std::map<std::string, IniSection> services;      ///< [services NAME], by name
  std::string config_path;                         ///< of the file that was read, if it is there
  std::string credentials_path;                    ///< as `config_path`
};

/// \brief Read both files. AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name other ones, with
/// `~` and `$VARIABLE`. A file that is not there has no profiles.
/// \return kFailed, with file and line, when botocore would refuse one
Result<ProfileFiles> ReadProfileFiles();

/// \brief The profile that the environment names, "" when none.
std::string ProfileOfEnvironment();

/// \brief All keys of one profile; none when there is no such profile, or the files can't be read.
/// \param[in] profile its name; "": what the environment says, or "default"
IniSection ReadProfile(const std::string& profile);

/// \brief The URL that a service is asked at, "" for AWS's own: what the environment says
/// (AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL), then the [services] that the profile names, then its
/// endpoint_url.
/// \param[in] service "s3", "sts", "sso", "sso_oidc"
std::string EndpointOf(const std::string& service, const std::string& profile);

/// \brief A path with `~`, `~user`, `$VARIABLE` and `${VARIABLE}` replaced where they are known.
std::string ExpandedPath(const std::string& path);

}  // namespace tarn::s3
