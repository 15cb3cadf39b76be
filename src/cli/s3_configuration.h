#pragma once

#include "pipeline/pipeline.h"

namespace tarn::cli {

/// \brief Let buckets be opened as the pipeline's [s3] and [bucket.NAME] say, and else as the
/// environment does.
void ConfigureS3(const pipeline::Pipeline& pipeline);

}  // namespace tarn::cli
