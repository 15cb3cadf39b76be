#pragma once

#include <string_view>

namespace tarn::storage {

/// \brief The part of a URI before "://" or, for `file:/path`, before ":/"; empty for a path.
std::string_view SchemeOf(std::string_view text);

}  // namespace tarn::storage
