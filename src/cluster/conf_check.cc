#include "cluster/conf_check.h"

#include <fmt/format.h>

#include "base/secret_mask.h"

namespace tarn::cluster {

Status CheckConf(const std::vector<std::pair<std::string, std::string>>& conf) {
  for (const auto& [key, value] : conf) {
    if (!IsSecretName(key) && FindUriSecrets(value).empty()) continue;
    return MakeError(ErrorKind::kUsage,
                     fmt::format("This setting may hold a secret, and who may describe the "
                                 "cluster's steps or sessions could read it: --conf {}",
                                 key),
                     "give the role that Spark runs under there the access instead");
  }
  return Status::OK();
}

}  // namespace tarn::cluster
