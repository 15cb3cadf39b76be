#pragma once

#include "base/error.h"
#include "spark/connect/spark_session.h"
#include "spark/job/job.h"
#include "spark/runner/message_writer.h"

namespace tarn::spark {

/// \brief Tell of a key that the source's schema does not name, in records or in objects inside, if
/// it has known keys and there is such a key.
///
/// Spark's reader does not tell them, so that this takes a pass of its own over all files.
Status SendNewKey(connect::Session* session, const JobSource& source, MessageWriter* writer);

}  // namespace tarn::spark
