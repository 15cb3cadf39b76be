#pragma once

#include <string_view>

namespace tarn::plan {

/// \brief A function of Spark's that has no meaning here.
struct RefusedFunction {
  std::string_view name;    ///< lower case
  std::string_view reason;  ///< of the error: "random is not supported: <reason>"
  std::string_view hint;    ///< what to do instead; empty: nothing
};

/// \return null when `name` (lower case) is none
const RefusedFunction* FindRefusedFunction(std::string_view name);

}  // namespace tarn::plan
