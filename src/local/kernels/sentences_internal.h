#pragma once

#include <string_view>
#include <vector>

/// Sentences and words of natural text, by the rules of java.text.BreakIterator as far as they are
/// those of English.
namespace tarn::local {

/// \brief The sentences of `text`, which together are all of it.
std::vector<std::string_view> SplitSentences(std::string_view text);

/// \brief The words of a sentence: letters and digits, with `'`, `-`, `.` or `,` inside.
std::vector<std::string_view> SplitWords(std::string_view sentence);

}  // namespace tarn::local
