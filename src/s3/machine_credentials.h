#pragma once

#include <string>

#include "s3/credential_source.h"

namespace tarn::s3 {

/// \brief A word of EC2's instance metadata, "" where none comes within a second.
///
/// Version 2, or version 1 where no token comes. No request is made when AWS_EC2_METADATA_DISABLED
/// is true; AWS_EC2_METADATA_SERVICE_ENDPOINT names another service.
/// \param[in] path below latest/meta-data/
std::string AskInstance(const std::string& path);

/// \brief The credentials of the instance's role.
/// \return kFailed when there is none
Result<LimitedCredentials> InstanceCredentials();

/// \brief Whether AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or …_FULL_URI says that the container has
/// credentials (ECS, EKS).
bool IsContainerWithCredentials();

/// \brief The credentials of the container's task.
Result<LimitedCredentials> ContainerCredentials();

}  // namespace tarn::s3
