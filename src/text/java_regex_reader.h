#pragma once

#include <unicode/uniset.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tarn::text {

/// \brief The flags of java.util.regex, by the letter that sets each.
struct JavaRegexFlags {
  bool no_case = false;          ///< i
  bool many_lines = false;       ///< m
  bool dot_is_all = false;       ///< s
  bool comments = false;         ///< x
  bool unicode_case = false;     ///< u
  bool unix_lines = false;       ///< d
  bool unicode_classes = false;  ///< U
};

/// \brief Reads the characters, escapes, classes and bounds of a pattern of java.util.regex.
class JavaRegexReader {
 public:
  static constexpr int kDepthMax = 200;         ///< of groups and classes
  static constexpr char32_t kEnd = 0xFFFFFFFF;  ///< stands behind the last character

  /// \param[in] flags borrowed; those that are set where something is read
  JavaRegexReader(std::string_view pattern, const JavaRegexFlags* flags);

  /// \brief The error of what stands here.
  Status Wrong(std::string_view what) const {
    return Status::Invalid(what, " near character ", at_ + 1);
  }
  bool AtEnd() const { return at_ >= input_.size(); }
  char32_t Peek(size_t ahead = 0) const {
    return at_ + ahead < input_.size() ? input_[at_ + ahead] : kEnd;
  }
  /// \brief The next character, which has to be there.
  char32_t Next() { return input_[at_++]; }
  void Skip(size_t num_characters) { at_ += num_characters; }
  /// \brief Go on if the next character is this one. \return whether it was
  bool Take(char32_t wanted);

  /// \brief Skip white space and comments where a flag says that there are any.
  void SkipComments();
  /// \brief `{2}`, `{2,}` or `{2,5}`; false, and nothing is read, when it is none of these.
  Result<bool> Bounds(std::string* text);
  /// \brief The character that an escape of this letter, which is read already, stands for.
  Result<char32_t> EscapedCharacter(char32_t letter);
  /// \brief The set behind \p or \P: of a letter, or of a name in braces.
  Result<icu::UnicodeSet> Property(bool negated);
  /// \brief The set of `[…]`, whose first bracket is read already.
  Result<icu::UnicodeSet> Class() { return Class(/*consume=*/true, 0); }

  /// \brief Whether a class names a carriage return.
  bool has_carriage_return() const { return has_carriage_return_; }

 private:
  Result<char32_t> Hexadecimal(int num_digits);
  Result<char32_t> HexadecimalInBraces();
  Result<char32_t> Octal();
  Result<icu::UnicodeSet> Class(bool consume, int depth);
  Status Intersection(icu::UnicodeSet* set, bool* has_any, int depth);
  Result<icu::UnicodeSet> Range();
  Result<std::optional<icu::UnicodeSet>> PredefinedInClass();

  std::u32string input_;
  size_t at_ = 0;
  const JavaRegexFlags* const flags_;
  bool has_carriage_return_ = false;
};

}  // namespace tarn::text
