#include "lake/lake.h"
#include "lake/local_lake.h"
#include "lake/s3_lake.h"
#include "s3/uri.h"

namespace tarn::lake {

Result<std::unique_ptr<Lake>> Lake::Open(const std::string& root) {
  return s3::IsS3Uri(root) ? OpenS3Lake(root) : OpenLocalLake(root);
}

}  // namespace tarn::lake
