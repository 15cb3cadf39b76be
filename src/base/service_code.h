#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace tarn {

/// \brief As MakeError, for what a service refused.
/// \param[in] service_code its code for that, such as NoSuchBucket: see ServiceCodeOf
Status MakeServiceError(ErrorKind kind, ErrorText text, std::string service_code);

/// \brief The code that MakeServiceError was given, "" for any other status.
std::string_view ServiceCodeOf(const Status& status);

}  // namespace tarn
