#pragma once

#include "base/error.h"
#include "spark/connect/spark_session.h"
#include "spark/job/job.h"
#include "spark/runner/message_writer.h"

namespace tarn::spark {

/// \brief Send the rows of a table that was defined, as TableRows and TableDone, if they take no
/// more than JobTable::sent_bytes_max.
/// \return whether all of them were sent; else what was sent does not count
Result<bool> SendRows(connect::Session* session, const JobTable& table, MessageWriter* writer);

}  // namespace tarn::spark
