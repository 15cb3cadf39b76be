#include "infer/toml_text.h"

#include <fmt/format.h>

namespace tarn::infer {
namespace {

// Control characters, of two bytes too (U+0080 to U+009F).
bool IsControl(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < ' ' || first == 0x7F) return true;
  return first == 0xC2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xA0;
}

std::string Escape(std::string_view text, bool every_quote) {
  std::string escaped;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    const auto c = static_cast<unsigned char>(text[i]);
    if (IsControl(rest)) {
      const bool is_wide = c == 0xC2;
      escaped += fmt::format("\\u{:04X}", static_cast<unsigned char>(text[i + is_wide]));
      i += is_wide;
    } else if (c == '\\' || (c == '"' && (every_quote || rest.starts_with("\"\"\"")))) {
      escaped += {'\\', text[i]};
    } else if (rest.starts_with("${")) {
      escaped += "$$";
    } else {
      escaped += text[i];
    }
  }
  return escaped;
}

}  // namespace

std::string EscapeToml(std::string_view text) { return Escape(text, false); }

std::string QuoteToml(std::string_view text) { return '"' + Escape(text, true) + '"'; }

}  // namespace tarn::infer
