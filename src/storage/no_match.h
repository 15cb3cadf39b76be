#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/period.h"
#include "storage/storage.h"

namespace tarn::storage {

/// \brief What is missing where globs match no file: "no file matches, as there is no folder /raw:
/// /raw/*.json". A bucket that is not there is reported in the same way as a folder.
///
/// \param[in] listing what Storages::List returned for `globs` and `period`
/// \return nullopt when it found files, or failed for another reason
std::optional<std::string> NoMatchText(const Result<Listing>& listing,
                                       const std::vector<std::string>& globs, const Period& period);

}  // namespace tarn::storage
