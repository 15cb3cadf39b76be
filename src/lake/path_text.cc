#include "lake/path_text.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/utf8.h"

namespace tarn::lake {
namespace {

constexpr size_t kEscapeLength = 4;  // of \xHH

// The byte that an escape at the start of `text` stands for.
std::optional<char> EscapedByte(std::string_view text) {
  if (text.size() < kEscapeLength || !text.starts_with("\\x")) return std::nullopt;
  unsigned byte = 0;
  const char* const end = text.data() + kEscapeLength;
  if (std::from_chars(text.data() + 2, end, byte, 16).ptr != end) return std::nullopt;
  return static_cast<char>(byte);
}

bool HoldsEscape(std::string_view text) {
  for (size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at + 1)) {
    if (EscapedByte(text.substr(at))) return true;
  }
  return false;
}

}  // namespace

std::string TextOfPath(std::string_view path) {
  if (IsUtf8(path) && !HoldsEscape(path)) return std::string(path);
  std::string text;
  for (size_t at = 0; at < path.size();) {
    const size_t end = std::min(path.find('\\', at), path.size());
    text += EscapeNonUtf8(path.substr(at, end - at));
    if (end < path.size()) text += "\\x5C";
    at = end + 1;
  }
  return text;
}

std::string PathOfText(std::string_view text) {
  std::string path;
  while (!text.empty()) {
    const std::optional<char> byte = EscapedByte(text);
    path += byte.value_or(text[0]);
    text.remove_prefix(byte ? kEscapeLength : 1);
  }
  return path;
}

}  // namespace tarn::lake
