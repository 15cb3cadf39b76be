#pragma once

#include "base/error.h"
#include "pipeline/pipeline.h"
#include "run/broken_rule.h"
#include "spark/job/message.h"

namespace tarn::spark {

/// \brief What tarn-spark reported as an error. Where it is about a part of a table's SQL, the
/// error has the file, the line and the text.
Status ErrorOf(const Failed& failed, const pipeline::Pipeline& pipeline);

/// \brief The rule that tarn-spark reported as broken.
/// \return UnknownError when the pipeline has no such rule
Result<run::BrokenRule> BrokenRuleOf(const CheckBroken& broken, const pipeline::Pipeline& pipeline);

}  // namespace tarn::spark
