#pragma once

#include <arrow/io/interfaces.h>

#include <memory>

#include "base/error.h"
#include "storage/storage.h"

namespace tarn::lake {

/// \brief `object` as Arrow's readers take it. Every read is one ranged read of the storage.
std::shared_ptr<arrow::io::RandomAccessFile> OpenStoredFile(
    std::shared_ptr<storage::Storage> storage, storage::ObjectInfo object);

}  // namespace tarn::lake
