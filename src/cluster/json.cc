#include "cluster/json_internal.h"

namespace tarn::cluster {

Result<Json> ParseJson(const std::string& text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    return MakeError(ErrorKind::kFailed, "The AWS CLI answered with something that is not JSON");
  }
  return json;
}

const Json* Find(const Json& json, std::initializer_list<const char*> path) {
  const Json* found = &json;
  for (const char* key : path) {
    if (!found->is_object()) return nullptr;
    const auto member = found->find(key);
    if (member == found->end()) return nullptr;
    found = &*member;
  }
  return found;
}

std::string TextAt(const Json& json, std::initializer_list<const char*> path) {
  const Json* const found = Find(json, path);
  return found != nullptr && found->is_string() ? found->get<std::string>() : "";
}

const Json& ListAt(const Json& json, std::initializer_list<const char*> path) {
  static const Json none = Json::array();
  const Json* const found = Find(json, path);
  return found != nullptr && found->is_array() ? *found : none;
}

std::string ToText(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace tarn::cluster
