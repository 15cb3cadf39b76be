#pragma once

#include <arrow/util/cancel.h>

#include <memory>

#include "base/error.h"
#include "spark/connect/spark_session.h"
#include "spark/job/job.h"
#include "spark/launch/connect_server.h"
#include "spark/runner/message_writer.h"
#include "spark/runner/server_watch.h"

namespace tarn::spark {

/// \brief The session that a job runs in, and the server, if it was started for the job.
struct OpenedSpark {
  std::unique_ptr<ConnectServer> server;  ///< null: it was there before
  std::shared_ptr<connect::Session> session;
};

/// \brief Start or find the job's server, open a session with the job's settings, and report both.
/// \param[in] stop ends the waiting for the server
/// \param[in] watch is started, and ends the session's calls
Result<OpenedSpark> OpenSpark(const Job& job, const arrow::StopToken& stop, ServerWatch* watch,
                              MessageWriter* writer);

/// \brief Another session object on the same session, whose calls `stop` does not end: to put
/// things in order after it.
Result<std::shared_ptr<connect::Session>> Reopen(const OpenedSpark& spark, const Job& job);

}  // namespace tarn::spark
