#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "plan/plan.h"
#include "s3/buckets.h"

namespace tarn::session {

/// \brief Compare the regions of the buckets that a plan reads and writes, and of this machine when
/// it is in AWS: a warning where they differ. A region that is not to be known is none.
/// \param[in] strict return it as an error instead (kBadInput)
Status CheckRegions(s3::Buckets* buckets, const plan::Plan& plan, const std::string& output,
                    bool strict, const std::function<void(const std::string&)>& warn);

}  // namespace tarn::session
