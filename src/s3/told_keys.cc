#include "s3/told_keys.h"

#include <fmt/format.h>

#include <string_view>

#include "s3/s3_error.h"
#include "s3/uri.h"

namespace tarn::s3 {
namespace {

constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

}  // namespace

Status CheckKeysAreTold(Client* client, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    if (key.find(kReplacementCharacter) == std::string::npos) continue;
    const Status found = client->Head(key).status();
    if (found.ok()) continue;
    if (!IsNotFound(found)) return found;
    return MakeError(
        ErrorKind::kFailed,
        fmt::format("An object cannot be removed, as the service does not return the characters of "
                    "its key; remove it by other means, and run again: {}",
                    ToUri({client->bucket(), key})));
  }
  return Status::OK();
}

}  // namespace tarn::s3
