#include "storage/uri_scheme.h"

namespace tarn::storage {

std::string_view SchemeOf(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  if (text.substr(0, colon).find('/') != std::string_view::npos) return {};
  return colon + 1 < text.size() && text[colon + 1] == '/' ? text.substr(0, colon)
                                                           : std::string_view{};
}

}  // namespace tarn::storage
