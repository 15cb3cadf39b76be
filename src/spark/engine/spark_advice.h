#pragma once

#include <string>
#include <string_view>

namespace tarn::spark {

/// \brief What Spark said of an error, in what a pipeline can do about it.
struct Advised {
  std::string message;  ///< what is wrong
  std::string hint;     ///< "" where none is known
};

/// \brief Spark's words without its advice that a pipeline cannot follow: functions that tarn does
/// not have (`try_cast`, `get()`), settings that make SQL mean something else
/// ("spark.sql.ansi.enabled"), statements such as SET. In its place the hint that the engine on
/// this machine gives for the same error.
/// \param[in] said as "[ERROR_CLASS] Sentences. (SQLSTATE 22012)"; text without a class stays
Advised AdviseOnSparkError(std::string_view said);

}  // namespace tarn::spark
