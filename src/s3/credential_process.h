#pragma once

#include <chrono>
#include <string>

#include "s3/credential_source.h"

namespace tarn::s3 {

/// \brief Run a profile's credential_process and take the credentials that it writes.
///
/// Its words are those of SplitShellWords; no shell runs it. Ended with what it started when it
/// runs for longer than `time_limit`.
/// \param[in] profile for errors
/// \return kFailed: it cannot be started, fails (with what it wrote to standard error, masked),
/// takes too long, or writes something else than version 1 of the JSON that AWS defines
Result<LimitedCredentials> RunCredentialProcess(
    const std::string& command, const std::string& profile,
    std::chrono::seconds time_limit = std::chrono::seconds(60));

}  // namespace tarn::s3
