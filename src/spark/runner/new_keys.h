#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "spark/connect/spark_session.h"
#include "spark/job/job.h"
#include "spark/runner/message_writer.h"

namespace tarn::spark {

/// \brief Report keys that the source's schema does not name, in records or in objects inside, if
/// it has known keys and there are such keys: of the first, where it refuses them.
///
/// Spark's reader does not report them, so that this takes a pass over all files where there are
/// such keys, and one before it where it is not known whether there are. A key whose values are all
/// null is not reported.
/// \param[in] found as TextFindings::new_keys
/// \return whether there are more than were reported
Result<bool> SendNewKeys(connect::Session* session, const JobSource& source,
                         const std::optional<std::vector<std::string>>& found,
                         MessageWriter* writer);

}  // namespace tarn::spark
