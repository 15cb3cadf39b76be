#pragma once

#include <string>

#include "json/record/value.h"

namespace tarn::json {

/// \brief Write the value of a valid string to `out`, which has value.length + kPaddingBytes bytes.
/// \return the end of what was written.
char* Unescape(const Value& string, char* out);

/// \brief The value of a string, or the text of any other value.
void AssignText(const Value& value, std::string* out);

}  // namespace tarn::json
