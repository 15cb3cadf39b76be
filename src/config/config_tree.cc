#include "config/config_tree.h"

#include <algorithm>

namespace tarn {
namespace {

// The byte at 1-based `line` and `column` (in characters) of `text`.
size_t OffsetOf(std::string_view text, int line, int column) {
  size_t offset = 0;
  for (int i = 1; i < line; ++i) {
    size_t newline = text.find('\n', offset);
    if (newline == std::string_view::npos) return text.size();
    offset = newline + 1;
  }
  auto is_continuation = [&](size_t i) { return (static_cast<uint8_t>(text[i]) & 0xC0) == 0x80; };
  for (int i = 1; i < column && offset < text.size(); ++i) {
    do {
      ++offset;
    } while (offset < text.size() && is_continuation(offset));
  }
  return std::min(offset, text.size());
}

}  // namespace

std::string ConfigValue::type_name() const {
  struct Namer {
    std::string operator()(const Table&) const { return "a table"; }
    std::string operator()(const Array&) const { return "an array"; }
    std::string operator()(const ConfigString&) const { return "a string"; }
    std::string operator()(int64_t) const { return "an integer"; }
    std::string operator()(double) const { return "a fraction"; }
    std::string operator()(bool) const { return "a boolean"; }
    std::string operator()(const Other& other) const { return other.type_name; }
    std::string operator()(const Broken&) const { return "an error"; }
  };
  return std::visit(Namer{}, data);
}

const ConfigEntry* FindEntry(const ConfigValue::Table& table, std::string_view key) {
  auto entry = std::find_if(table.begin(), table.end(),
                            [&](const ConfigEntry& candidate) { return candidate.key == key; });
  return entry == table.end() ? nullptr : &*entry;
}

Diagnostic MakeDiagnostic(const ConfigLocation& at, std::string subject, std::string message,
                          std::string hint) {
  Diagnostic diagnostic;
  diagnostic.subject = std::move(subject);
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  if (at.text == nullptr) return diagnostic;
  diagnostic.file = at.text->path;
  if (!at.from_command_line()) {
    LineColumn place = LocateOffset(at.text->text, at.begin);
    diagnostic.line = place.line;
    diagnostic.column = place.column;
  }
  diagnostic.excerpt = Excerpt(at.text->text, at.begin, at.end - std::min(at.begin, at.end));
  return diagnostic;
}

ConfigLocation LocateWithin(const ConfigString& string, const ConfigLocation& at, size_t begin,
                            size_t end) {
  if (string.offsets.empty()) return at;
  begin = std::min(begin, string.offsets.size());
  end = std::clamp(end, begin, string.offsets.size());
  size_t last = string.offsets.back();
  size_t first = begin < string.offsets.size() ? string.offsets[begin] : last + 1;
  return {at.text, first, end > begin ? string.offsets[end - 1] + 1 : first};
}

Diagnostic MoveDiagnostic(const Diagnostic& inner, std::string_view text, size_t prefix_size_bytes,
                          const ConfigString& string, const ConfigLocation& at,
                          std::string subject) {
  if (inner.line == 0) return MakeDiagnostic(at, std::move(subject), inner.message, inner.hint);
  size_t begin = OffsetOf(text, inner.line, inner.column);
  begin -= std::min(begin, prefix_size_bytes);
  const size_t carets = inner.excerpt.find_last_of('\n') + 1;  // the source line may have its own
  const size_t length = std::count(inner.excerpt.begin() + carets, inner.excerpt.end(), '^');
  return MakeDiagnostic(LocateWithin(string, at, begin, begin + std::max<size_t>(length, 1)),
                        std::move(subject), inner.message, inner.hint);
}

}  // namespace tarn
