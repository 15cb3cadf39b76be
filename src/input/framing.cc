#include "input/framing.h"

#include "base/trimmed.h"
#include "json/record/object_end.h"

namespace tarn::input {
namespace {

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view WithoutMark(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

// Whether a line is one object or array from its first byte to its last.
bool IsWhole(std::string_view line) { return json::FindObjectEnd(line) == line.size(); }

bool IsRecord(std::string_view line) { return line.starts_with('{') && IsWhole(line); }

// Whether another object or array begins after `line`, which is in `head`.
bool BeginsValue(std::string_view head, std::string_view line) {
  const std::string_view rest = Trimmed(head.substr(line.data() + line.size() - head.data()));
  return rest.starts_with('{') || rest.starts_with('[');
}

}  // namespace

std::optional<std::string_view> FirstLine(std::string_view text) {
  while (true) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    if (line.find_first_not_of(kBlank) != std::string_view::npos) return line;
    text.remove_prefix(end + 1);
  }
}

json::Framing FramingOf(std::string_view head, bool is_whole) {
  head = WithoutMark(head);
  std::optional<std::string_view> line = FirstLine(head);
  const bool has_more = line.has_value();
  if (!has_more && is_whole) line = head;
  const std::string_view text = Trimmed(line.value_or(head));
  if (text.starts_with('[')) {
    const bool is_one_of_many = has_more && IsWhole(text) && BeginsValue(head, *line);
    return is_one_of_many ? json::Framing::kLines : json::Framing::kArray;
  }
  if (text.empty()) return json::Framing::kLines;
  if (line.has_value() && IsRecord(text)) return json::Framing::kLines;
  // A first line that is broken does not hide the records after it.
  const bool is_broken =
      !text.starts_with('{') || json::FindObjectEnd(text) == std::string_view::npos;
  if (!has_more || !is_broken) return json::Framing::kValues;
  const std::string_view rest = head.substr(line->data() + line->size() - head.data());
  const std::optional<std::string_view> second = FirstLine(rest);
  const std::string_view next = Trimmed(second.value_or(is_whole ? rest : ""));
  return IsRecord(next) ? json::Framing::kLines : json::Framing::kValues;
}

json::Framing FramingOf(RecordFormat format, std::string_view head, bool is_whole) {
  if (format == RecordFormat::kNdjson || format == RecordFormat::kCsv) return json::Framing::kLines;
  const json::Framing framing = FramingOf(head, is_whole);
  if (framing != json::Framing::kLines || format != RecordFormat::kJson) return framing;
  return Trimmed(WithoutMark(head)).starts_with('[') ? json::Framing::kArray
                                                     : json::Framing::kValues;
}

bool IsCertainlyNotLines(std::string_view head, bool is_whole) {
  const json::Framing framing = FramingOf(head, is_whole);
  if (framing == json::Framing::kArray) return true;
  if (framing == json::Framing::kLines) return false;
  head = WithoutMark(head);
  const std::optional<std::string_view> first = FirstLine(head);
  if (!first.has_value() || !Trimmed(*first).starts_with('{')) return false;
  const std::string_view rest = head.substr(first->data() + first->size() - head.data());
  // A record that lacks its end is followed by the next one; a long one by the rest of itself.
  return json::FindObjectEnd(Trimmed(*first)) == std::string_view::npos &&
         !Trimmed(rest).starts_with('{') && !Trimmed(rest).empty();
}

}  // namespace tarn::input
