#pragma once

#include <string>

namespace tarn {

/// \brief The digits of the shortest text that means `number`, which is finite and not negative,
/// before the point (at least one) and behind it.
void ShortestDigits(double number, std::string* whole, std::string* fraction);

}  // namespace tarn
