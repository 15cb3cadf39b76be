#include "base/ascii.h"
#include "base/word_list.h"
#include "local/kernels/characters_internal.h"
#include "local/kernels/sentences_internal.h"
#include "text/letter_kind.h"

namespace tarn::local {
namespace {

using Text = std::string_view;

bool EndsAlways(Text character) { return IsOneOf(character, {"?", "!", "。", "！", "？"}); }
bool Closes(Text character) {
  return IsOneOf(character, {"\"", "'", ")", "]", "}", "”", "’", "»"});
}
bool IsSpace(Text character) { return IsOneOf(character, {" ", "\t", "\n", "\r", "\u00A0"}); }

bool IsLower(Text character) {
  return !character.empty() && text::LetterKindOf(static_cast<uint32_t>(CodePointOf(character))) ==
                                   text::LetterKind::kLower;
}

bool IsWordCharacter(Text character) {
  return !character.empty() &&
         (character == "_" || text::IsLetterOrDigit(static_cast<uint32_t>(CodePointOf(character))));
}

template <typename Matches>
size_t SkipWhile(Text text, size_t at, Matches&& matches) {
  while (at < text.size() && matches(CharacterAt(text, at))) at += CharacterAt(text, at).size();
  return at;
}

// Where a sentence ends whose full stop or such is at `at`; npos: it goes on.
size_t SentenceEnd(Text text, size_t at) {
  bool ends = false;
  const size_t stops_end = SkipWhile(text, at, [&](Text character) {
    ends = ends || EndsAlways(character);
    return EndsAlways(character) || character == ".";
  });
  const size_t closed = SkipWhile(text, stops_end, Closes);
  const size_t next = SkipWhile(text, closed, IsSpace);
  if (ends || next == text.size()) return next;
  if (next == closed) return Text::npos;
  // `e.g. this` goes on.
  return closed == stops_end && IsLower(CharacterAt(text, next)) ? Text::npos : next;
}

// Whether the character between two others makes them one word.
bool Joins(Text character, Text before, Text after) {
  if (IsOneOf(character, {"'", "-", ".", "’"})) return true;
  return character == "," && IsDigit(before.back()) && IsDigit(after.front());
}

}  // namespace

std::vector<Text> SplitSentences(Text text) {
  std::vector<Text> sentences;
  size_t begin = 0;
  for (size_t at = 0; at < text.size();) {
    const Text character = CharacterAt(text, at);
    const bool stops = character == "." || EndsAlways(character);
    const size_t end = stops ? SentenceEnd(text, at) : Text::npos;
    if (end == Text::npos) {
      at += character.size();
      continue;
    }
    sentences.push_back(text.substr(begin, end - begin));
    begin = at = end;
  }
  if (begin < text.size()) sentences.push_back(text.substr(begin));
  return sentences;
}

std::vector<Text> SplitWords(Text sentence) {
  std::vector<Text> words;
  for (size_t at = 0; at < sentence.size();) {
    size_t end = SkipWhile(sentence, at, IsWordCharacter);
    if (end == at) {
      at += CharacterAt(sentence, at).size();
      continue;
    }
    while (end < sentence.size()) {
      const Text middle = CharacterAt(sentence, end);
      const size_t next = end + middle.size();
      const Text after = next < sentence.size() ? CharacterAt(sentence, next) : Text();
      if (!IsWordCharacter(after) || !Joins(middle, sentence.substr(0, end), after)) break;
      end = SkipWhile(sentence, next, IsWordCharacter);
    }
    // Java takes a word for one by its first character.
    if (sentence[at] != '_') words.push_back(sentence.substr(at, end - at));
    at = end;
  }
  return words;
}

}  // namespace tarn::local
