#pragma once

#include <map>
#include <string>

namespace tarn::s3 {

/// \brief The keys and values of one profile, those of ~/.aws/credentials over those of
/// ~/.aws/config.
///
/// AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name other files. A file that is not there has
/// no profiles.
/// \param[in] profile its name; "": what AWS_PROFILE or AWS_DEFAULT_PROFILE says, or "default"
std::map<std::string, std::string> ReadProfile(const std::string& profile);

}  // namespace tarn::s3
