#pragma once

#include "local/batch/stage.h"

namespace tarn::local {

/// \brief Put out one row without columns.
/// \param[in] schema without fields
void PushOneRow(const SchemaPtr& schema, const StageOutput& output);

}  // namespace tarn::local
