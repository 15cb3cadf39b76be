#pragma once

#include "base/error.h"
#include "spark/connect/session.h"
#include "spark/job/job.h"
#include "spark/runner/message_writer.h"

namespace tarn::spark {

/// \brief Tell of a key that the source's schema does not name, if it has known keys and there is
/// such a key.
///
/// Spark's reader does not tell them, so that this takes a pass of its own over all files. Only
/// keys of records themselves count, not those of objects inside.
Status SendNewKey(connect::Session* session, const JobSource& source, MessageWriter* writer);

}  // namespace tarn::spark
