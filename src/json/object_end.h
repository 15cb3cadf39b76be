#pragma once

#include <string_view>

namespace tarn::json {

/// \brief Where the object or array that `text` begins with ends, as far as brackets and quotes
/// tell: the offset after its closing bracket.
/// \return npos when it is not closed within `text`. Exact for valid JSON.
size_t FindObjectEnd(std::string_view text);

}  // namespace tarn::json
