#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tarn::s3 {

/// \brief How a bucket is reached, by whom, and what its objects get.
struct Settings {
  std::string region;           ///< "": what S3 says
  std::string endpoint;         ///< URL of another service than AWS's; "": AWS
  bool path_style = false;      ///< the bucket in the path, not in the host's name
  bool anonymous = false;       ///< requests are not signed
  bool requester_pays = false;  ///< requests say that their sender pays
  std::string profile;      ///< in ~/.aws, the only source of keys; "": what the environment says
  std::string role_arn;     ///< a role to assume
  std::string external_id;  ///< that the role asks for
  std::string encryption;   ///< of new objects: "AES256", "aws:kms"; "": the bucket's default
  std::string kms_key_id;   ///< for aws:kms; "": the account's default
  std::string ca_file;      ///< PEM file with the certificates to trust; "": the system's
  std::chrono::seconds retry_for{90};  ///< that calls are tried again after a fault
};

/// \brief The domain of AWS's hosts in a region.
std::string_view DomainOf(std::string_view region);

/// \param[in] profile as Settings has it
/// \return what the environment and ~/.aws/config say, by the names that the AWS CLI has:
/// AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_PROFILE,
/// AWS_CA_BUNDLE, and, as GDAL has them, AWS_NO_SIGN_REQUEST=YES and AWS_REQUEST_PAYER=requester.
Settings SettingsFromEnvironment(const std::string& profile = "");

}  // namespace tarn::s3
