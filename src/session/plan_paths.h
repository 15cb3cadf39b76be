#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "plan/plan.h"

namespace tarn::session {

/// \brief What a run of `plan` reads from, as it is written in the pipeline, and `output`, which it
/// writes to.
std::vector<std::string> PathsOf(const plan::Plan& plan, const std::string& output);

/// \brief The buckets of those `paths` that are in S3.
std::set<std::string> BucketsOf(std::span<const std::string> paths);

}  // namespace tarn::session
