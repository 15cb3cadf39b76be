#pragma once

#include "storage/storages.h"

namespace tarn::storage {

/// \brief Storages as the environment of the test says. They last until the program ends.
inline Storages* TestStorages() {
  static Storages storages;
  return &storages;
}

}  // namespace tarn::storage
