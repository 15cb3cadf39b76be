#pragma once

#include <string>

#include "base/error.h"

namespace tarn::engine {

/// \brief The error, kBadInput, of a source that refuses keys that its schema does not name.
/// \param[in] value of the key in that place
Status NewFieldError(ErrorPlace place, const std::string& source, const std::string& key,
                     const std::string& value);

}  // namespace tarn::engine
