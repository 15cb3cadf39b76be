#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "spark/connect/spark_session.h"
#include "spark/job/job.h"
#include "spark/runner/message_writer.h"

namespace tarn::spark {

/// \brief How Spark finds the source's files and parts their records; what is read of these, and in
/// which mode, is the caller's.
connect::ReadSpec ReadSpecOf(const JobSource& source);

/// \brief Give the session a view of a source's good records, which tables read by its name.
/// \param[in] reads false: it is only explained. Else files are looked at, and Spark keeps the rows
///   once they are parsed, until ReleaseSource
/// \return as TextFindings::new_keys; of a source that is scanned, nothing is done but the view
Result<std::optional<std::vector<std::string>>> DefineSource(connect::Session* session,
                                                             const JobSource& source, bool reads,
                                                             MessageWriter* writer);

/// \brief Parse a source that was defined: report how many records it has and how many are bad, and
/// the bad ones and new keys where the job wants them.
/// \param[in] new_keys that DefineSource found
Status ReadSource(connect::Session* session, const JobSource& source,
                  const std::optional<std::vector<std::string>>& new_keys, MessageWriter* writer);

/// \brief Spark need not keep the source's rows any more.
Status ReleaseSource(connect::Session* session, const std::string& source);

}  // namespace tarn::spark
