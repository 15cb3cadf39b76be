#pragma once

#include <string>

#include "base/error.h"
#include "spark/connect/spark_session.h"
#include "spark/job/job.h"
#include "spark/runner/message_writer.h"

namespace tarn::spark {

/// \brief Give the session a view of a table, which later tables read by its name.
/// \param[in] keeps_rows Spark keeps the rows of a table that is shared, until they are released
Status DefineTable(connect::Session* session, const JobTable& table, bool keeps_rows);

/// \brief Let Spark write a table that was defined, and look whether its rows keep its rules.
/// \return whether they do. TableDone has been sent then, else CheckBroken for each broken rule.
Result<bool> WriteTable(connect::Session* session, const JobTable& table, MessageWriter* writer);

/// \brief How Spark would write it.
Result<std::string> ExplainTable(connect::Session* session, const JobTable& table);

}  // namespace tarn::spark
