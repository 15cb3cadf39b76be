#include "json/object_end.h"

namespace tarn::json {

size_t FindObjectEnd(std::string_view text) {
  size_t depth = 0;
  size_t i = 0;
  while (true) {
    i = text.find_first_of("\"{}[]", i);
    if (i == std::string_view::npos) return i;
    const char c = text[i++];
    if (c == '"') {
      for (; i < text.size() && text[i] != '"'; ++i) i += text[i] == '\\';
      ++i;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (depth <= 1) {
      return i;
    } else {
      --depth;
    }
    if (i >= text.size()) return std::string_view::npos;
  }
}

}  // namespace tarn::json
