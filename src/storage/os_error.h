#pragma once

#include <string_view>

#include "base/error.h"

namespace tarn::storage {

/// \brief IOError for a failed system call: what it tried, the system's reason, what to do, the
/// path.
///
/// \param[in] error_number errno of the failed call; kept as the status' detail (see IsNotFound).
/// \param[in] operation what was tried, such as "read a file".
Status OsError(int error_number, std::string_view operation, std::string_view path);

}  // namespace tarn::storage
