#pragma once

#include <vector>

#include "config/config_tree.h"

namespace tarn {

/// \brief Replace `${NAME}` and `${NAME:-default}` in every string below `value`; `$${` gives `${`.
///
/// The default is taken when the variable is unset or empty. Errors (a variable that is not set and
/// has no default, one that holds a secret by its name (IsSecretName), a name that cannot be one, a
/// missing brace) are added to `diagnostics`, and the string becomes Broken.
/// \param[in] path key path of `value`, for the errors.
void ExpandEnvironment(const std::string& path, ConfigValue* value,
                       std::vector<Diagnostic>* diagnostics);

}  // namespace tarn
