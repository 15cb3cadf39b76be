#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tarn::storage {

/// \brief How many patterns one may stand for.
inline constexpr size_t kAlternativesMax = 1000;

Status TooManyAlternatives(std::string_view pattern);

/// \brief The patterns that `pattern` stands for by its `{a,b}`, in order, none twice; date
/// templates stay. See ParseGlob. \param[in] only_with_slash keep alternatives without a slash as
/// they are \return kBadInput for more than kAlternativesMax
Result<std::vector<std::string>> ExpandBraces(std::string_view pattern, bool only_with_slash);

}  // namespace tarn::storage
