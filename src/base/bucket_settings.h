#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace tarn {

/// \brief How a bucket is reached, by whom, and what its new objects get.
///
/// Of a pipeline it is what tarn.toml says; s3::Complete sets the rest by the environment.
struct BucketSettings {
  std::string region{};                  ///< "": what the environment says, or else S3
  std::string endpoint{};                ///< URL of another service than AWS's; "": AWS
  std::optional<bool> path_style{};      ///< the bucket in the path, not in the host's name
  std::optional<bool> anonymous{};       ///< requests are not signed
  std::optional<bool> requester_pays{};  ///< requests say that their sender pays
  std::string profile{};      ///< in ~/.aws, the only source of keys; "": what the environment says
  std::string role_arn{};     ///< a role to assume; "": none
  std::string external_id{};  ///< that the role asks for
  std::string encryption{};  ///< of new objects: "AES256", "aws:kms", …; "": the bucket's default
  std::string kms_key_id{};  ///< for aws:kms; "": the account's default
  std::string ca_file{};     ///< PEM file with the certificates to trust; "": the system's
  std::optional<std::chrono::seconds> retry_for{};  ///< that calls are tried again after a fault
};

/// What BucketSettings::retry_for is where nothing says it.
inline constexpr std::chrono::seconds kRetryFor{90};

}  // namespace tarn
