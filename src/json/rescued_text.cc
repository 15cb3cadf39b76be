#include "json/rescued_text.h"

#include <fmt/format.h>

namespace tarn::json {
namespace {

void AppendQuoted(std::string_view text, std::string* out) {
  *out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') *out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      *out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      *out += c;
    }
  }
  *out += '"';
}

}  // namespace

void RescuedText::AddPath(std::string_view path) {
  text_ += text_.empty() ? '{' : ',';
  AppendQuoted(path, &text_);
  text_ += ':';
}

void RescuedText::Add(std::string_view path, std::string_view value) {
  AddPath(path);
  text_ += value;
}

void RescuedText::AddString(std::string_view path, std::string_view text) {
  AddPath(path);
  AppendQuoted(text, &text_);
}

}  // namespace tarn::json
