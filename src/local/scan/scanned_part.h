#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "lake/quarantine.h"
#include "local/batch/batch.h"
#include "run/events.h"

namespace tarn::local {

using run::NewField;

/// \brief What was read of an item at once.
///
/// Lines of a kLines item are counted from its first line; the others' from the file's.
struct ScannedPart {
  BatchPtr batch;                                    ///< rows that the filter keeps; may be null
  int64_t num_bytes = 0;                             ///< of files, as they are stored
  int64_t num_records = 0;                           ///< read, bad ones included
  int64_t num_rescued = 0;                           ///< json::ScanResult::num_rescued
  int64_t num_lines = 0;                             ///< of a kLines item
  std::vector<lake::QuarantinedRecord> bad_records;  ///< in order
  std::vector<NewField> new_fields;                  ///< in order
  std::vector<std::string> met_fields;               ///< json::ScanResult::met_keys
};

/// \brief Takes parts in order. An error ends the item.
using PartSink = std::function<Status(ScannedPart part)>;

}  // namespace tarn::local
