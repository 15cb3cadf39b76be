#pragma once

#include <cstdint>

namespace tarn::text {

enum class LetterKind { kUpper, kLower, kDigit, kOther };

/// \brief By Unicode's categories: Lu, Ll, Nd.
LetterKind LetterKindOf(uint32_t code_point);

/// \brief Whether it is a letter or a decimal digit, of any script.
bool IsLetterOrDigit(uint32_t code_point);

}  // namespace tarn::text
