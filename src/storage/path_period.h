#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/period.h"

namespace tarn::storage {

/// \brief Whether a listing of `globs` and `period` would have a file of this path: what became of
/// one that is gone.
/// \param[in] globs absolute paths or URIs, with date templates
/// \return kBadInput as ParseGlob
Result<bool> IsOfPeriod(std::string_view path, const std::vector<std::string>& globs,
                        const Period& period);

}  // namespace tarn::storage
