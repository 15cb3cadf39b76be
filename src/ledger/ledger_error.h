#pragma once

#include <string>

#include "base/error.h"

namespace tarn::ledger {

/// \brief `status` of reading a file of the ledger: what is wrong in it, with the way out.
/// \param[in] path of the file
Status ReadingError(const Status& status, const std::string& path);

/// \brief The same, of what is not as this tarn or an older one writes it.
Status DamagedError(const std::string& reason, const std::string& path);

}  // namespace tarn::ledger
