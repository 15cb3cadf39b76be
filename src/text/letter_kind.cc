#include "text/letter_kind.h"

#include <unicode/uchar.h>

namespace tarn::text {

LetterKind LetterKindOf(uint32_t code_point) {
  switch (u_charType(static_cast<UChar32>(code_point))) {
    case U_UPPERCASE_LETTER:
      return LetterKind::kUpper;
    case U_LOWERCASE_LETTER:
      return LetterKind::kLower;
    case U_DECIMAL_DIGIT_NUMBER:
      return LetterKind::kDigit;
    default:
      return LetterKind::kOther;
  }
}

bool IsLetterOrDigit(uint32_t code_point) {
  return u_isalnum(static_cast<UChar32>(code_point)) != 0;
}

}  // namespace tarn::text
