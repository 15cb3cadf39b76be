#pragma once

#include <string>

#include "base/utf8.h"

namespace tarn {

/// \brief Write what is not UTF-8 as EscapeNonUtf8 does, in all strings of a JSON value; not in its
/// keys.
/// \tparam Json an nlohmann::basic_json
template <class Json>
void EscapeNonUtf8Strings(Json* json) {
  if (json->is_string()) {
    auto& text = json->template get_ref<std::string&>();
    text = EscapeNonUtf8(text);
  } else if (json->is_structured()) {
    for (Json& item : *json) EscapeNonUtf8Strings(&item);
  }
}

}  // namespace tarn
