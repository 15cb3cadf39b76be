#include "s3/shell_words.h"

namespace tarn::s3 {
namespace {

bool IsBlank(char byte) { return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n'; }

}  // namespace

Result<std::vector<std::string>> SplitShellWords(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;  // "" in quotes is a word, too
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char byte = text[i];
    if (byte == '\\' && quote != '\'') {
      if (++i == text.size()) {
        return MakeError(ErrorKind::kBadInput, "a backslash is at the end");
      }
      // Between double quotes it stands for itself, unless it is needed.
      if (quote == '"' && text[i] != '"' && text[i] != '\\') word += byte;
      word += text[i];
      in_word = true;
    } else if (quote != 0) {
      if (byte == quote) {
        quote = 0;
      } else {
        word += byte;
      }
    } else if (byte == '"' || byte == '\'') {
      quote = byte;
      in_word = true;
    } else if (!IsBlank(byte)) {
      word += byte;
      in_word = true;
    } else if (in_word) {
      words.push_back(std::exchange(word, ""));
      in_word = false;
    }
  }
  if (quote != 0) return MakeError(ErrorKind::kBadInput, "a quotation mark is not closed");
  if (in_word) words.push_back(std::move(word));
  return words;
}

}  // namespace tarn::s3
