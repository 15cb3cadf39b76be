#pragma once

#include <new>

#include "base/error.h"

namespace tarn {

/// \brief What `work`, which returns a Status, returns: OutOfMemory where the standard library
/// throws because memory runs out, so that a thread ends as after any other error.
template <class Work>
Status CatchOutOfMemory(Work&& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return Status::OutOfMemory("an allocation failed");
  }
}

}  // namespace tarn
