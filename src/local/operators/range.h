#pragma once

#include "local/batch/stage.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief Put out the numbers of `range`.
/// \param[in] schema of one BIGINT
void PushRange(const StageContext& context, const SchemaPtr& schema, const plan::Range& range,
               const std::shared_ptr<const StageOutput>& output);

}  // namespace tarn::local
