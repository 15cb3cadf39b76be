#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "json/scanner.h"
#include "plan/plan.h"

namespace tarn::spark {

/// \brief Why records of a source are bad. Spark reports only their text: the local engine's
/// scanner reads it again.
/// Threads: one at a time.
class BadRecordReason {
 public:
  /// \param[in] source borrowed
  explicit BadRecordReason(const plan::SourcePlan& source) : source_(source) {}

  /// \return such as "field ts: 'abc' is not BIGINT"; words that fit any where the scanner finds
  ///   nothing amiss
  Result<std::string> Of(const std::string& text);

 private:
  std::string OfCsv(const std::string& line) const;

  const plan::SourcePlan& source_;
  std::unique_ptr<json::Scanner> scanner_;  // null until there is a record
};

}  // namespace tarn::spark
