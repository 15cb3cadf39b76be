#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"
#include "pipeline/pipeline.h"

namespace tarn::engine {

/// \brief How many records of a source were read, and how many of them could not be.
struct BadRecordCount {
  int64_t num_records = 0;  ///< so far, bad ones included
  int64_t num_bad = 0;
};

/// \brief The error, kBadInput, of a source that fails at its first bad record.
Status BadRecordError(ErrorPlace place, std::string reason);

/// \brief Whether the source may have so many bad records.
///
/// \param[in] is_all all of the source has been read: shares are judged then only
/// \param[in] first_ones places and reasons of the first bad records, each after a line break;
///   called when they are reported
/// \return kBadInput when it has too many
Status CheckBadRecordLimit(const pipeline::Source& source, const BadRecordCount& count, bool is_all,
                           const std::function<std::string()>& first_ones);

}  // namespace tarn::engine
