#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "lake/lake.h"

namespace tarn::lake {

/// \brief A lake in a folder of this machine. Touches nothing until a run begins.
/// \param[in] root absolute path or file URI
Result<std::unique_ptr<Lake>> OpenLocalLake(storage::Storages* storages, const std::string& root);

}  // namespace tarn::lake
