#include "local/kernels/number_layout.h"

#include <algorithm>

namespace tarn::local {
namespace {

using Text = std::string_view;

// Reads the text before or behind the digits' marks: up to one of `ends`, outside of quotes.
bool ReadAffix(Text ends, Text* pattern, std::string* affix, bool* is_percent) {
  bool is_quoted = false;
  while (!pattern->empty()) {
    const char c = pattern->front();
    if (!is_quoted && ends.find(c) != Text::npos) return true;
    if (c == '\'') {
      pattern->remove_prefix(1);
      const bool is_doubled = pattern->starts_with('\'');
      if (is_doubled) {
        pattern->remove_prefix(1);
        *affix += '\'';
      } else {
        is_quoted = !is_quoted;
      }
      continue;
    }
    const bool is_refused = pattern->starts_with("\u2030") || pattern->starts_with("\u00A4");
    if (!is_quoted && is_refused) return false;
    if (!is_quoted && c == '%') *is_percent = true;
    *affix += c;
    pattern->remove_prefix(1);
  }
  return !is_quoted;
}

// The marks of digits: # 0 , and the point.
struct Marks {
  int left = 0;    // # before the zeros
  int zeros = 0;   // 0
  int right = 0;   // # behind them
  int point = -1;  // digits before the point; -1: none
  int group = -1;  // digits since the last comma; -1: none
};

bool ReadMarks(Text* pattern, Marks* marks) {
  while (!pattern->empty()) {
    const char c = pattern->front();
    if (c == '#') {
      ++(marks->zeros > 0 ? marks->right : marks->left);
    } else if (c == '0') {
      if (marks->right > 0) return false;
      ++marks->zeros;
    } else if (c == ',') {
      marks->group = 0;
    } else if (c == '.') {
      if (marks->point >= 0) return false;
      marks->point = marks->left + marks->zeros + marks->right;
    } else {
      break;
    }
    const bool is_digit = c == '#' || c == '0';
    if (is_digit && marks->group >= 0 && marks->point < 0) ++marks->group;
    pattern->remove_prefix(1);
  }
  // One # before the point, if there is one, counts as 0.
  if (marks->zeros == 0 && marks->left > 0 && marks->point >= 0) {
    const int whole = std::max(marks->point, 1);
    marks->right = marks->left - whole;
    marks->left = whole - 1;
    marks->zeros = 1;
  }
  if (marks->point < 0) return marks->right == 0 && marks->group != 0;
  const bool has_point_in_zeros =
      marks->point >= marks->left && marks->point <= marks->left + marks->zeros;
  return has_point_in_zeros && marks->group != 0;
}

void SetDigits(const Marks& marks, NumberLayout* layout) {
  const int total = marks.left + marks.zeros + marks.right;
  const int point = marks.point >= 0 ? marks.point : total;
  layout->whole_digits_min = point - marks.left;
  layout->fraction_digits_max = total - point;
  layout->fraction_digits_min = std::max(marks.left + marks.zeros - point, 0);
  layout->group_size = std::max(marks.group, 0);
  layout->shows_point = marks.point == 0 || marks.point == total;
}

}  // namespace

std::optional<NumberLayout> ParseNumberLayout(Text pattern) {
  NumberLayout layout;
  if (pattern.empty()) return layout;
  Marks marks;
  const bool is_read = ReadAffix("#0,.;", &pattern, &layout.prefix, &layout.is_percent) &&
                       ReadMarks(&pattern, &marks) && !pattern.starts_with('E') &&
                       ReadAffix("#0,.;", &pattern, &layout.suffix, &layout.is_percent);
  if (!is_read || (!pattern.empty() && pattern.front() != ';')) return std::nullopt;
  SetDigits(marks, &layout);
  layout.negative_prefix = "-" + layout.prefix;
  layout.negative_suffix = layout.suffix;
  if (pattern.empty()) return layout;
  // Of the part for negative numbers, only what stands around the digits counts.
  pattern.remove_prefix(1);
  Marks ignored;
  NumberLayout negative;
  const bool is_negative_read =
      ReadAffix("#0,.;", &pattern, &negative.prefix, &layout.is_percent) &&
      ReadMarks(&pattern, &ignored) &&
      ReadAffix("#0,.;", &pattern, &negative.suffix, &layout.is_percent) && pattern.empty();
  if (!is_negative_read) return std::nullopt;
  if (negative.prefix != layout.prefix || negative.suffix != layout.suffix) {
    layout.negative_prefix = negative.prefix;
    layout.negative_suffix = negative.suffix;
  }
  return layout;
}

void AppendLaidOut(const NumberLayout& layout, bool is_negative, Text digits, std::string* out) {
  *out += is_negative ? layout.negative_prefix : layout.prefix;
  const size_t point = std::min(digits.find('.'), digits.size());
  Text fraction = point < digits.size() ? digits.substr(point + 1) : Text();
  std::string whole(digits.substr(0, point));
  while (static_cast<int>(fraction.size()) > layout.fraction_digits_min &&
         fraction.ends_with('0')) {
    fraction.remove_suffix(1);
  }
  const auto num_fraction = std::max(static_cast<int>(fraction.size()), layout.fraction_digits_min);
  if (whole == "0" && layout.whole_digits_min == 0 && num_fraction > 0) whole.clear();
  if (static_cast<int>(whole.size()) < layout.whole_digits_min) {
    whole.insert(0, static_cast<size_t>(layout.whole_digits_min) - whole.size(), '0');
  }
  const auto group = static_cast<size_t>(layout.group_size);
  for (size_t i = 0; i < whole.size(); ++i) {
    if (group > 0 && i > 0 && (whole.size() - i) % group == 0) *out += ',';
    *out += whole[i];
  }
  if (num_fraction > 0 || layout.shows_point) *out += '.';
  *out += fraction;
  out->append(static_cast<size_t>(num_fraction) - fraction.size(), '0');
  *out += is_negative ? layout.negative_suffix : layout.suffix;
}

}  // namespace tarn::local
