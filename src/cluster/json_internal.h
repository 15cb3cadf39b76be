#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tarn::cluster {

using Json = nlohmann::ordered_json;

/// \brief What the AWS CLI printed. \return kFailed for text that is no JSON
Result<Json> ParseJson(const std::string& text);

/// \brief The member at the end of the path, null when there is none.
const Json* Find(const Json& json, std::initializer_list<const char*> path);

/// \brief The string there; "" when there is none.
std::string TextAt(const Json& json, std::initializer_list<const char*> path);

/// \brief The array there; an empty one when there is none.
const Json& ListAt(const Json& json, std::initializer_list<const char*> path);

/// \brief As one line, whatever its bytes.
std::string ToText(const Json& json);

}  // namespace tarn::cluster
