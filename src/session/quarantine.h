#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "lake/lake.h"
#include "lake/quarantine.h"
#include "run/record.h"

namespace tarn::session {

/// \brief Whose bad records and broken rules are asked for.
struct QuarantineRequest {
  std::string run_id{};   ///< or the beginning of the id of one run; "": the newest with findings
  std::string source{};   ///< "": all
  int64_t num_rows = 10;  ///< records of each source, the first ones
};

/// \brief Bad records of one source.
struct ShownQuarantine {
  lake::QuarantinedSource source;                ///< `unreadable` says why there are no records
  std::vector<lake::QuarantinedRecord> records;  ///< the first ones
};

/// \brief What runs found wrong with their data.
struct Findings {
  std::string lake_root;                    ///< as lake::Lake::root
  std::vector<ShownQuarantine> quarantine;  ///< the newest run first, then by source
  std::optional<run::RunRecord> failed;     ///< the run that failed whose findings they are too
};

/// \brief Without QuarantineRequest::run_id: the newest quarantine of a run whose tables the lake
/// has, the findings of the newest run that failed after it, and all that cannot be read.
/// \return kUsage for a run without findings, and for the beginning of several ids. What cannot be
/// read is an error only when its run is asked for
Result<Findings> ReadFindings(lake::Lake* lake, const QuarantineRequest& request);

}  // namespace tarn::session
