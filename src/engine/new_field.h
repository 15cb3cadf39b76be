#pragma once

#include <string>

#include "base/error.h"

namespace tarn::engine {

/// \brief The error, kBadInput, of a source that refuses keys that its schema does not name.
/// \param[in] place file, and line where it is known
/// \param[in] value of the key in that place
Status NewFieldError(const std::string& place, const std::string& source, const std::string& key,
                     const std::string& value);

}  // namespace tarn::engine
