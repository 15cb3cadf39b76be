#pragma once

#include <memory>
#include <string>

#include "config/config_tree.h"

namespace tarn {

/// \brief Parse a TOML document into a table.
///
/// \return the root table, or kBadInput with the first syntax error.
/// Source: TOML 1.0 through toml++.
Result<ConfigValue> ParseToml(std::shared_ptr<const ConfigText> text);

}  // namespace tarn
