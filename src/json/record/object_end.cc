#include "json/record/object_end.h"

namespace tarn::json {

size_t FindObjectEnd(std::string_view text) { return ObjectEndFinder().Find(text); }

size_t ObjectEndFinder::Find(std::string_view piece) {
  for (size_t i = 0; i < piece.size();) {
    if (is_escaped_) {
      is_escaped_ = false;
      ++i;
    } else if (in_string_) {
      while (i < piece.size() && piece[i] != '"' && piece[i] != '\\') ++i;
      if (i == piece.size()) break;
      is_escaped_ = piece[i] == '\\';
      in_string_ = is_escaped_;
      ++i;
    } else {
      const char c = piece[i++];
      if (c == '"') in_string_ = true;
      if (c == '{' || c == '[') ++depth_;
      if (c != '}' && c != ']') continue;
      if (depth_ <= 1) return i;
      --depth_;
    }
  }
  return std::string_view::npos;
}

}  // namespace tarn::json
