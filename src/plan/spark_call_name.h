#pragma once

#include <array>
#include <string_view>

namespace tarn::plan {

/// \brief How Spark shows a call of a function whose name or arguments it changes.
struct SparkCallName {
  std::string_view name;   ///< lower case, as called
  std::string_view shown;  ///< what stands in its place
  /// With the arguments that Spark adds when they are not written; 0: it adds none.
  size_t num_args = 0;
  /// Those of the last arguments, then null; as many are added as the call has too few.
  std::array<const char*, 7> defaults{};
  size_t num_shown = 100;  ///< those behind are not shown
  bool is_known = true;    ///< false: the name depends on more than the text of the call
};

/// \brief null: it is shown by the name it is called by, in lower case, with what is written.
/// Source: Spark 4's function registry and its expressions' prettyName.
const SparkCallName* FindSparkCallName(std::string_view name);

}  // namespace tarn::plan
