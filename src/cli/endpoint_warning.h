#pragma once

#include <string>

#include "cli/terminal.h"
#include "pipeline/pipeline.h"

/// What is said before this program talks to a service that a file names.
namespace tarn::cli {

/// \brief Whether `url` is reached without encryption over a network: `http://`, and not a host of
/// this machine.
bool IsPlainHttpElsewhere(const std::string& url);

/// \brief Warn of an endpoint that IsPlainHttpElsewhere; nothing for another one, or none.
/// \param[in] subject the setting that names it
void WarnOfEndpoint(const std::string& subject, const std::string& endpoint,
                    const Terminal& terminal);

/// \brief The same for those of a pipeline's tarn.toml.
void WarnOfEndpoints(const pipeline::Pipeline& pipeline, const Terminal& terminal);

}  // namespace tarn::cli
