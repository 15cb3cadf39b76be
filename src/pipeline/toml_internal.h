#pragma once

#include <memory>
#include <string>

#include "pipeline/config_tree_internal.h"

namespace tarn::pipeline {

/// \brief Parse a TOML document into a table.
///
/// \return the root table, or kBadInput with the first syntax error.
/// Source: TOML 1.0 through toml++.
Result<ConfigValue> ParseToml(std::shared_ptr<const ConfigText> text);

}  // namespace tarn::pipeline
