#pragma once

#include "base/error.h"

namespace tarn::run {

/// \brief What is returned when a stop was asked for in time: kCancelled, "interrupted; tables are
/// as they were".
inline Status InterruptedError() {
  return MakeError(ErrorKind::kCancelled, "interrupted; tables are as they were");
}

}  // namespace tarn::run
