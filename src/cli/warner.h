#pragma once

#include <functional>
#include <string>

#include "cli/terminal.h"

namespace tarn::cli {

/// \brief Prints each warning it is given on lines of its own, `warning: …` first.
/// \param[in] terminal borrowed
std::function<void(const std::string& warning)> Warner(const Terminal& terminal);

}  // namespace tarn::cli
