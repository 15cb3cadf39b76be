#pragma once

#include "base/error.h"
#include "cli/terminal.h"
#include "plan/plan.h"
#include "s3/buckets.h"

namespace tarn::cli {

/// \brief Compare the regions of the buckets that a plan reads and writes, and of this machine when
/// it is in AWS: a warning on `terminal`, if not null, where they differ. A region that is not to
/// be known is none. \param[in] strict return it as an error instead (kBadInput)
Status CheckRegions(s3::Buckets* buckets, const plan::Plan& plan, const std::string& output,
                    bool strict, const Terminal* terminal);

}  // namespace tarn::cli
