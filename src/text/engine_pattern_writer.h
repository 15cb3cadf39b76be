#pragma once

#include <unicode/uniset.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "text/java_regex.h"
#include "text/java_regex_reader.h"

namespace tarn::text {

/// \brief Writes what a part of a pattern means in Java for ICU and RE2.
class EnginePatternWriter {
 public:
  /// \param[in] flags borrowed; those that are set where something is written
  explicit EnginePatternWriter(const JavaRegexFlags* flags) : flags_(flags) {}

  /// \brief What both engines read in the same way.
  void Both(std::string_view text);
  void ForIcuAlone(std::string_view text);
  /// \brief Any of these characters.
  void Emit(const icu::UnicodeSet& set);
  void Literal(char32_t character);
  void Dot();
  void LineStart();
  /// \param[in] is_last whether the pattern ends with it, as of TextEnd
  void LineEnd(bool is_last);
  /// \brief The end of the text, or before the line's end that it ends with.
  void TextEnd(bool is_last);
  void WordBoundary(bool negated);
  /// \brief What ends a line, as `\R`.
  void AnyLineEnd();
  /// \brief What group `group` holds.
  void BackReference(int group);

  void NotRe2() { out_.re2_use = EnginePatterns::Re2Use::kNever; }
  /// \brief RE2 finds no more than whether there is a match.
  void OnlyFinds();

  /// \brief Of what is written so far, for ICU.
  size_t size() const { return out_.icu.size(); }

  /// \brief All that was written, without groups. Called last.
  /// \param[in] reads_carriage_return whether a class holds one
  EnginePatterns Finish(bool reads_carriage_return);

 private:
  const JavaRegexFlags* const flags_;
  EnginePatterns out_;
  bool has_line_end_anchor_ = false;
  bool has_carriage_return_ = false;
};

}  // namespace tarn::text
