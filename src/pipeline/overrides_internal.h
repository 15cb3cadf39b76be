#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/config_tree.h"

namespace tarn::pipeline {

/// \brief Put the values of `--set key=value` into `root`, in order.
///
/// The value is read as TOML where it is a boolean, a number or an array and the key may take one,
/// else it is a string. Errors are added to `diagnostics`: a path that is not `section.key` or
/// `section.name.key`, an unknown key, a source that is not in the file.
void ApplyOverrides(const std::vector<std::pair<std::string, std::string>>& overrides,
                    ConfigValue* root, std::vector<Diagnostic>* diagnostics);

}  // namespace tarn::pipeline
