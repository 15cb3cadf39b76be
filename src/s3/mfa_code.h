#pragma once

#include <string>

#include "base/error.h"

namespace tarn::s3 {

/// \brief Ask on the terminal for the code that an MFA device shows.
/// \return kFailed when there is no terminal, kCancelled by a signal
Result<std::string> AskForMfaCode(const std::string& serial, const std::string& role_arn);

}  // namespace tarn::s3
