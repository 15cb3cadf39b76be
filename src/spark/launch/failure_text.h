#pragma once

#include <deque>
#include <string>
#include <string_view>

namespace tarn::spark {

/// \brief What a server said about its failure, in a few lines: errors and the messages of
/// exceptions without their stack traces, but for the first frame where there is no message; when
/// there are none, its last lines.
std::string FailureLines(const std::deque<std::string>& log);

/// \brief What to do about a failure that is known by what the log says; "" for others.
std::string FailureHint(const std::deque<std::string>& log);

}  // namespace tarn::spark
