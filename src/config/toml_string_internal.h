#pragma once

#include <string_view>

#include "config/config_tree.h"

namespace tarn {

/// \brief Decode the TOML string that begins at byte `begin` of `document`, and keep for each of
/// its bytes where it stands: in any of TOML's four forms, with their escapes and line ends.
///
/// The document has passed toml++'s parser; on anything unexpected the result is cut short.
/// \param[out] end the byte behind the closing quotes.
ConfigString DecodeTomlString(std::string_view document, size_t begin, size_t* end);

}  // namespace tarn
