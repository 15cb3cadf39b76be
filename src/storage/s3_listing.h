#pragma once

#include <vector>

#include "s3/client.h"
#include "storage/glob.h"
#include "storage/storage.h"

namespace tarn::storage {

Result<std::vector<ObjectInfo>> ListS3(s3::Client* client, const Glob& glob);

}  // namespace tarn::storage
