#pragma once

#include <arrow/util/cancel.h>

#include "base/error.h"
#include "spark/job/job.h"
#include "spark/runner/message_writer.h"

/// A job carried out by Spark: what `tarn-spark` does.
namespace tarn::spark {

/// \brief Carry out a job, report its progress and, as the last message, its end.
///
/// Whatever happens, Spark keeps no rows of the job afterwards, its session is over, and a server
/// that was started for the job has ended.
/// \param[in] stop ends the job early
/// \return whether all was done
bool RunJob(Job job, const arrow::StopToken& stop, MessageWriter* writer);

}  // namespace tarn::spark
