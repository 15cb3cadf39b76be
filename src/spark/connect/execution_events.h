#pragma once

#include <spark/connect/base.pb.h>

#include "spark/connect/execution_observer.h"

namespace tarn::connect {

/// \brief Call the observer for each event in `response`.
/// \return NotImplemented when an observed value has a type that scalars cannot represent
Status TellObserver(const ::spark::connect::ExecutePlanResponse& response,
                    ExecutionObserver* observer);

}  // namespace tarn::connect
