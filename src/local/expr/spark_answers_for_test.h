#pragma once

#include <span>

/// Answers that real Spark gave, for tests of this folder.
namespace tarn::local {

/// \brief What Spark 4.3 (ANSI mode, UTC) answers to `SELECT typeof(sql), CAST((sql) AS STRING)`.
struct SparkAnswer {
  const char* sql;
  const char* type;
  const char* value;  ///< "NULL"; after a `!`, the class of the error
};

/// \brief Expects the same from CompiledExpr, over constants and over columns with the same values.
void ExpectSparkAnswers(std::span<const SparkAnswer> answers);

}  // namespace tarn::local
