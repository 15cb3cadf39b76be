#pragma once

#include <string>

namespace tarn::s3 {

/// \brief The AWS region that this machine is in; "" outside of AWS, and when it is not to be
/// known.
///
/// Asks EC2's instance metadata (version 2), unless AWS_EC2_METADATA_DISABLED is true. A machine
/// that is not EC2's is not asked, unless AWS_EC2_METADATA_SERVICE_ENDPOINT names a service.
std::string MachineRegion();

}  // namespace tarn::s3
