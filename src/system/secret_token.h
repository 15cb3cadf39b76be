#pragma once

#include <string>

#include "base/error.h"

namespace tarn {

/// \brief 256 bits from the kernel, as 64 hexadecimal digits.
Result<std::string> MakeSecretToken();

}  // namespace tarn
