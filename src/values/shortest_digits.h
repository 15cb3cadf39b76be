#pragma once

#include <string>

namespace tarn {

/// \brief The digits that Java (before 19) writes of `number`, which is finite and more than 0, the
/// first and the last one not 0: the shortest that mean it, but for more of large whole numbers.
/// \param[out] exponent of ten, of the first digit
std::string JavaDigits(double number, int* exponent);
std::string JavaDigits(float number, int* exponent);

/// \brief The same digits before the point (at least one) and behind it; `number` may be 0.
void ShortestDigits(double number, std::string* whole, std::string* fraction);

}  // namespace tarn
