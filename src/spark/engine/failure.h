#pragma once

#include "base/error.h"
#include "pipeline/pipeline.h"
#include "spark/job/message.h"

namespace tarn::spark {

/// \brief What tarn-spark told as an error. Where it is about a part of a table's SQL, the error
/// has the file, the line and the text.
Status ErrorOf(const Failed& failed, const pipeline::Pipeline& pipeline);

/// \brief The same for a rule that a table's rows break.
Status ErrorOf(const CheckBroken& broken, const pipeline::Pipeline& pipeline);

}  // namespace tarn::spark
