#pragma once

#include <cstdint>
#include <string>

#include "json/value_internal.h"

namespace tarn::json {

/// \brief Length in bytes of the escape sequence that starts at the backslash `p`; both halves of a
/// surrogate pair count as one. 0 when it is not valid. Stops reading at the first byte that is
/// wrong.
int EscapeLength(const char* p);

/// \brief Length of the UTF-8 sequence of two to four bytes at `p`, 0 when it is not valid.
int Utf8Length(const char* p);

/// \brief Write the value of a valid string to `out`, which has value.length + kPaddingBytes bytes.
/// \return the end of what was written.
char* Unescape(const Value& string, char* out);

/// \brief The value of a string, or the text of any other value.
void AssignText(const Value& value, std::string* out);

}  // namespace tarn::json
