#include "lake/s3_keys.h"

#include "s3/uri.h"

namespace tarn::lake {

std::string LakeKeys::uri() const {
  std::string root = s3::ToUri({client->bucket(), prefix});
  while (root.ends_with('/')) root.pop_back();
  return root;
}

}  // namespace tarn::lake
