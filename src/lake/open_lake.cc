#include "lake/lake.h"
#include "lake/local_lake.h"
#include "lake/s3_lake.h"
#include "s3/uri.h"

namespace tarn::lake {

Result<std::unique_ptr<Lake>> Lake::Open(storage::Storages* storages, const std::string& root) {
  return s3::IsS3Uri(root) ? OpenS3Lake(storages, root) : OpenLocalLake(storages, root);
}

}  // namespace tarn::lake
