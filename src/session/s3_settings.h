#pragma once

#include "pipeline/pipeline.h"
#include "s3/buckets.h"

namespace tarn::session {

/// \brief Buckets are opened as the pipeline's [s3] and [bucket.NAME] say, and else as the
/// environment does.
s3::Buckets::SettingsOfBucket SettingsOf(const pipeline::Pipeline& pipeline);

}  // namespace tarn::session
