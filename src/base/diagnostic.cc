#include "base/diagnostic.h"

#include <algorithm>

#include "base/printable_text.h"
#include "base/secret_mask.h"

namespace tarn {
namespace {

// Of a line, around the place that an excerpt is about.
constexpr size_t kExcerptBytesBefore = 100;
constexpr size_t kExcerptBytesFrom = 200;

bool IsContinuationByte(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

int CountCharacters(std::string_view text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char c) { return !IsContinuationByte(c); }));
}

// The first byte from `offset` on, before `end`, at which a character begins.
size_t NearestCharacter(std::string_view text, size_t offset, size_t end) {
  while (offset < end && IsContinuationByte(text[offset])) ++offset;
  return offset;
}

// As wide as `text`.
std::string BlanksUnder(std::string_view text) {
  std::string blanks;
  while (true) {
    const size_t tab = std::min(text.find('\t'), text.size());
    blanks.append(DisplayWidth(text.substr(0, tab)), ' ');
    if (tab == text.size()) return blanks;
    blanks += '\t';
    text.remove_prefix(tab + 1);
  }
}

}  // namespace

std::string Render(const Diagnostic& diagnostic) {
  std::string text = Printable(diagnostic.file);
  if (diagnostic.line > 0) text += ":" + std::to_string(diagnostic.line);
  if (diagnostic.line > 0 && diagnostic.column > 0) text += ":" + std::to_string(diagnostic.column);
  if (!text.empty()) text += ": ";
  if (!diagnostic.subject.empty()) text += Printable(diagnostic.subject) + ": ";
  text += diagnostic.message;
  if (!diagnostic.excerpt.empty()) text += "\n" + diagnostic.excerpt;
  if (!diagnostic.hint.empty()) text += "\n  hint: " + diagnostic.hint;
  return text;
}

std::string Excerpt(std::string_view text, size_t offset, size_t length) {
  offset = std::min(offset, text.size());
  size_t begin = offset == 0 ? 0 : text.rfind('\n', offset - 1);
  begin = begin == std::string_view::npos ? 0 : begin + (text[begin] == '\n' ? 1 : 0);
  size_t end = std::min(text.find('\n', offset), text.size());
  std::string line(text.substr(begin, end - begin));
  if (!line.empty() && line.back() == '\r') line.pop_back();
  for (const SecretRange& secret : FindUriSecrets(line)) {
    std::fill(line.begin() + secret.begin, line.begin() + secret.end, '*');
  }

  const size_t place = std::min(offset - begin, line.size());
  const size_t first = NearestCharacter(line, place - std::min(place, kExcerptBytesBefore), place);
  const size_t last = std::min(line.size(), place + kExcerptBytesFrom);
  const std::string_view shown = std::string_view(line).substr(
      0, NearestCharacter(line, last, std::min(last + 3, line.size())));
  const std::string before =
      (first > 0 ? "…" : "") + PrintableLines(shown.substr(first, place - first));
  const std::string from = PrintableLines(shown.substr(place));
  const size_t num_carets = DisplayWidth(PrintableLines(shown.substr(place, length)));
  return "  " + before + from + (shown.size() < line.size() ? "…" : "") + "\n  " +
         BlanksUnder(before) + std::string(std::max<size_t>(num_carets, 1), '^');
}

LineColumn LocateOffset(std::string_view text, size_t offset) {
  std::string_view before = text.substr(0, std::min(offset, text.size()));
  size_t newline = before.rfind('\n');
  std::string_view line = newline == std::string_view::npos ? before : before.substr(newline + 1);
  return {static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          CountCharacters(line) + 1};
}

}  // namespace tarn
