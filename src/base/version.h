#pragma once

#include <string>

namespace tarn {

/// \brief "0.1.0", of this program.
std::string Version();

}  // namespace tarn
