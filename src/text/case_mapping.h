#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

/// Unicode's full case mapping, by ICU in its root locale, which is what Spark takes: one character
/// may become several (ß, ﬁ), and the end of a word counts (ς).
namespace tarn::text {

/// \brief Append `text`, valid UTF-8, in small letters to `out`.
/// \return OutOfMemory
Status AppendLower(std::string_view text, std::string* out);

/// \brief As AppendLower, in capitals.
Status AppendUpper(std::string_view text, std::string* out);

/// \brief As AppendLower, but the first character of each word is a capital, or its titlecase (ǅ).
/// Words end at spaces alone.
Status AppendTitle(std::string_view text, std::string* out);

}  // namespace tarn::text
