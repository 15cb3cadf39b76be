#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tarn::s3 {

/// \brief Cut a text into words as Python's shlex.split does: blanks between words, quotes and
/// backslashes as a POSIX shell has them, nothing expanded.
/// \return kBadInput for a quote that is not closed, or a backslash at the end
Result<std::vector<std::string>> SplitShellWords(std::string_view text);

}  // namespace tarn::s3
