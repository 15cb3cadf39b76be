#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

/// Regular expressions of Java's syntax and meaning, as Spark has them. RE2 finds the matches where
/// it means the same, ICU where it does not.
namespace tarn::text {

/// \brief A compiled pattern. Threads: used by any number at once.
class Regex {
 public:
  /// \param[in] pattern UTF-8
  /// \return Invalid with what is wrong with the pattern
  static Result<std::unique_ptr<const Regex>> Make(std::string_view pattern);
  ~Regex();

  /// \brief Groups that capture, without group 0.
  int num_groups() const;
  /// \brief The number of `(?<name>…)`; none when there is no such group.
  std::optional<int> GroupNamed(std::string_view name) const;

 private:
  friend class RegexSearch;
  struct Engines;
  explicit Regex(std::unique_ptr<const Engines> engines);

  const std::unique_ptr<const Engines> engines_;
};

/// \brief Looks for the matches of one pattern in one text after another.
///
/// Every method that looks for one may return Invalid: it takes too many steps, or too much memory.
/// Threads: one at a time.
class RegexSearch {
 public:
  /// \param[in] regex borrowed
  explicit RegexSearch(const Regex& regex);
  ~RegexSearch();

  /// \brief Whether the pattern is found in `text`.
  Result<bool> Finds(std::string_view text);

  /// \brief Begin to look for the matches in `text`, valid UTF-8, which is borrowed.
  Status Begin(std::string_view text);
  /// \brief Go on to the next match, as Java's Matcher.find(): one after an empty match begins at
  /// the next character.
  Result<bool> Next();

  /// \brief What a group of the last match holds; none where it took no part.
  std::optional<std::string_view> group(int number) const;
  /// \brief Bytes of the text before the match; and up to its end.
  size_t begin() const { return begin_; }
  size_t end() const { return end_; }

 private:
  struct State;

  Result<bool> NextByRe2();
  Result<bool> NextByIcu();

  const Regex& regex_;
  const std::unique_ptr<State> state_;
  std::string_view text_;
  size_t from_ = 0;  ///< where RE2 looks next; npos: at the end
  size_t begin_ = 0;
  size_t end_ = 0;
  bool by_re2_ = false;
};

}  // namespace tarn::text
