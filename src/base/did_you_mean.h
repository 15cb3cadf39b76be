#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tarn {

/// \brief The candidate nearest to `word`, or "" when none is near enough to have been meant.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

/// \brief `did you mean WORD?`, a hint, or `otherwise` when no candidate is near.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates,
                       std::string otherwise = "");

}  // namespace tarn
