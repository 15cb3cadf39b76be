#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "plan/plan.h"

namespace tarn::plan {

/// \brief Some records of a source, read to estimate all of it.
struct SourceSample {
  int64_t num_file_bytes = 0;  ///< that they take in their files, as stored; at least 1
  int64_t num_records = 0;     ///< at least 1
  int64_t num_rows = 0;        ///< of these, those that pass SourcePlan::filter
  /// How many of these rows pass a condition over the columns of `scan`, which reads the source.
  /// None where that is not known. May be null.
  std::function<std::optional<int64_t>(const Scan& scan, const ExprPtr& condition)> count;
};

/// \brief What is known of how large a source is before it is read.
struct SourceSize {
  int64_t num_bytes = 0;                 ///< as stored
  int64_t num_text_bytes = 0;            ///< of JSON; a guess where files are compressed
  std::optional<SourceSample> sample{};  ///< none: nothing of it was read
};

}  // namespace tarn::plan
