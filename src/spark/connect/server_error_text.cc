#include "spark/connect/server_error_text.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace tarn::connect {
namespace {

// Behind these there is Java's stack, a copy of the SQL, or a plan.
constexpr std::string_view kNoise[] = {
    "\n\tat ", "\nDriver stacktrace", "\n\nJVM stacktrace", "\nCaused by:", "\n== SQL", ";\n"};

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// "Job aborted due to stage failure: Task 0 in stage 5.0 failed 1 times, most recent failure: Lost
// task 0.0 in stage 5.0 (TID 9) (host executor driver): " is Spark's way to say that a task failed,
// and where; what failed stands behind it.
std::string_view WithoutTaskFailure(std::string_view text) {
  if (!text.starts_with("Job aborted due to stage failure: ")) return text;
  const size_t task = text.find("most recent failure: Lost task ");
  if (task == std::string_view::npos) return text;
  const size_t end = text.find("): ", task);
  return end == std::string_view::npos ? text : text.substr(end + 3);
}

// "java.io.IOException: disk full" without the package.
std::string_view WithoutPackage(std::string_view text) {
  const std::string_view name = text.substr(0, text.find(": "));
  const size_t dot = name.rfind('.');
  const bool is_class = dot != std::string_view::npos && dot + 1 < name.size() &&
                        IsUpper(name[dot + 1]) &&
                        (name.ends_with("Exception") || name.ends_with("Error")) &&
                        std::all_of(name.begin(), name.end(),
                                    [](char c) { return IsWordByte(c) || c == '.' || c == '$'; });
  return is_class ? text.substr(dot + 1) : text;
}

// Takes "[CLASS] " off the front of `text`, and the name of Java's exception before it.
std::string TakeErrorClass(std::string_view* text) {
  std::string_view rest = *text;
  const std::string_view name = rest.substr(0, rest.find(": "));
  if (std::all_of(name.begin(), name.end(), IsWordByte) && name.size() < rest.size()) {
    rest.remove_prefix(name.size() + 2);
  }
  const size_t end = rest.find(']');
  if (!rest.starts_with('[') || end == std::string_view::npos) return "";
  const std::string_view error_class = rest.substr(1, end - 1);
  const bool is_class = !error_class.empty() && IsUpper(error_class[0]) &&
                        std::all_of(error_class.begin(), error_class.end(), [](char c) {
                          return IsUpper(c) || IsDigit(c) || c == '_' || c == '.';
                        });
  if (!is_class) return "";
  *text = Trim(rest.substr(end + 1));
  return std::string(error_class);
}

// Takes " SQLSTATE: 42P01" out of `text`.
std::string TakeSqlState(std::string* text) {
  constexpr std::string_view kMark = "SQLSTATE: ";
  constexpr size_t kStateSize = 5;
  const size_t mark = text->find(kMark);
  if (mark == std::string::npos || mark + kMark.size() + kStateSize > text->size()) return "";
  std::string state = text->substr(mark + kMark.size(), kStateSize);
  const size_t begin = mark > 0 && (*text)[mark - 1] == ' ' ? mark - 1 : mark;
  text->erase(begin, mark + kMark.size() + kStateSize - begin);
  return state;
}

bool TakeNumber(std::string_view word, std::string_view* text, int* number) {
  if (!text->starts_with(word)) return false;
  text->remove_prefix(word.size());
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), *number);
  if (error != std::errc()) return false;
  text->remove_prefix(static_cast<size_t>(end - text->data()));
  return true;
}

// Takes "; line 1 pos 14" or " (line 1, pos 14)" out of the message.
void TakePosition(ErrorText* result) {
  std::string& message = result->message;
  for (size_t begin = message.find("line "); begin != std::string::npos;
       begin = message.find("line ", begin + 1)) {
    std::string_view rest = std::string_view(message).substr(begin);
    int line = 0;
    int position = 0;
    if (!TakeNumber("line ", &rest, &line)) continue;
    if (rest.starts_with(',')) rest.remove_prefix(1);
    if (!TakeNumber(" pos ", &rest, &position)) continue;
    if (rest.starts_with(')')) rest.remove_prefix(1);
    std::string_view before = std::string_view(message).substr(0, begin);
    if (before.ends_with('(')) before.remove_suffix(1);
    if (before.ends_with(' ')) before.remove_suffix(1);
    if (before.ends_with(';')) before.remove_suffix(1);
    result->line = line;
    result->column = position + 1;
    message = std::string(before) + std::string(rest);
    return;
  }
}

}  // namespace

ErrorText ParseErrorText(std::string_view said) {
  for (const std::string_view noise : kNoise) said = said.substr(0, said.find(noise));
  said = WithoutPackage(WithoutTaskFailure(Trim(said)));
  ErrorText result;
  result.error_class = TakeErrorClass(&said);
  result.message = said;
  result.sql_state = TakeSqlState(&result.message);
  TakePosition(&result);
  result.message = Trim(result.message);
  return result;
}

}  // namespace tarn::connect
