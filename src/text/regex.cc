#include "text/regex.h"

#include <re2/re2.h>
#include <unicode/regex.h>
#include <unicode/utext.h>

#include <vector>

#include "base/ascii.h"
#include "text/java_regex.h"

namespace tarn::text {
namespace {

using Re2Use = EnginePatterns::Re2Use;

// Steps of 10,000 saved states; Java goes on for ever.
constexpr int32_t kStepsMax = 10'000;
constexpr int32_t kStackBytesMax = 64 << 20;

Status RegexStatus(UErrorCode error) {
  if (U_SUCCESS(error)) return Status::OK();
  if (error == U_REGEX_TIME_OUT) {
    return Status::Invalid("looking for the pattern takes too many steps");
  }
  if (error == U_REGEX_STACK_OVERFLOW) {
    return Status::Invalid("looking for the pattern takes too much memory");
  }
  if (error == U_MEMORY_ALLOCATION_ERROR) return Status::OutOfMemory("regular expression");
  return Status::Invalid("regular expression: ", u_errorName(error));
}

re2::StringPiece Re2PieceOf(std::string_view text) { return {text.data(), text.size()}; }

std::unique_ptr<re2::RE2> MakeRe2(const std::string& pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_unique<re2::RE2>(pattern, options);
  return compiled->ok() ? std::move(compiled) : nullptr;
}

Result<std::unique_ptr<icu::RegexPattern>> MakeIcu(const std::string& pattern) {
  UErrorCode error = U_ZERO_ERROR;
  UParseError place;
  std::unique_ptr<icu::RegexPattern> compiled(
      icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(pattern), 0, place, error));
  if (error == U_MEMORY_ALLOCATION_ERROR) return Status::Invalid("the pattern is too large");
  ARROW_RETURN_NOT_OK(RegexStatus(error));
  return compiled;
}

// Closes what ICU reads text by.
struct TextCloser {
  void operator()(UText* text) const { utext_close(text); }
};

}  // namespace

struct Regex::Engines {
  EnginePatterns patterns;
  std::unique_ptr<re2::RE2> re2;  // null where RE2 means something else
  std::unique_ptr<icu::RegexPattern> icu;

  // Whether RE2 finds what is asked for.
  bool MayUseRe2(Re2Use use, std::string_view text) const {
    return re2 != nullptr && patterns.re2_use >= use &&
           (!patterns.re2_needs_ascii || IsAscii(text));
  }
};

struct RegexSearch::State {
  std::unique_ptr<icu::RegexMatcher> matcher;
  std::unique_ptr<UText, TextCloser> text;
  std::vector<re2::StringPiece> groups;
};

Regex::Regex(std::unique_ptr<const Engines> engines) : engines_(std::move(engines)) {}
Regex::~Regex() = default;

Result<std::unique_ptr<const Regex>> Regex::Make(std::string_view pattern) {
  auto engines = std::make_unique<Engines>();
  ARROW_ASSIGN_OR_RAISE(engines->patterns, TranslateJavaRegex(pattern));
  ARROW_ASSIGN_OR_RAISE(engines->icu, MakeIcu(engines->patterns.icu));
  if (engines->patterns.re2_use != Re2Use::kNever) engines->re2 = MakeRe2(engines->patterns.re2);
  return std::unique_ptr<const Regex>(new Regex(std::move(engines)));
}

int Regex::num_groups() const { return engines_->patterns.num_groups; }

std::optional<int> Regex::GroupNamed(std::string_view name) const {
  for (const auto& [known, group] : engines_->patterns.group_names) {
    if (known == name) return group;
  }
  return std::nullopt;
}

RegexSearch::RegexSearch(const Regex& regex) : regex_(regex), state_(std::make_unique<State>()) {}
RegexSearch::~RegexSearch() = default;

Result<bool> RegexSearch::Finds(std::string_view text) {
  const Regex::Engines& engines = *regex_.engines_;
  if (engines.MayUseRe2(Re2Use::kFinds, text)) {
    return engines.re2->Match(Re2PieceOf(text), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
  }
  ARROW_RETURN_NOT_OK(Begin(text));
  return Next();
}

Status RegexSearch::Begin(std::string_view text) {
  text_ = text.data() == nullptr ? std::string_view("") : text;
  from_ = 0;
  const Regex::Engines& engines = *regex_.engines_;
  by_re2_ = engines.MayUseRe2(Re2Use::kMatches, text);
  if (by_re2_) {
    state_->groups.resize(engines.patterns.num_groups + 1);
    return Status::OK();
  }
  UErrorCode error = U_ZERO_ERROR;
  if (state_->matcher == nullptr) {
    state_->matcher.reset(engines.icu->matcher(error));
    ARROW_RETURN_NOT_OK(RegexStatus(error));
    state_->matcher->setTimeLimit(kStepsMax, error);
    state_->matcher->setStackLimit(kStackBytesMax, error);
  }
  state_->text.reset(utext_openUTF8(state_->text.release(), text_.data(),
                                    static_cast<int64_t>(text_.size()), &error));
  ARROW_RETURN_NOT_OK(RegexStatus(error));
  state_->matcher->reset(state_->text.get());
  return Status::OK();
}

Result<bool> RegexSearch::Next() { return by_re2_ ? NextByRe2() : NextByIcu(); }

Result<bool> RegexSearch::NextByRe2() {
  std::vector<re2::StringPiece>& groups = state_->groups;
  if (from_ > text_.size() ||
      !regex_.engines_->re2->Match(Re2PieceOf(text_), from_, text_.size(), re2::RE2::UNANCHORED,
                                   groups.data(), static_cast<int>(groups.size()))) {
    return false;
  }
  begin_ = static_cast<size_t>(groups[0].data() - text_.data());
  end_ = begin_ + groups[0].size();
  from_ = end_;
  if (begin_ == end_) {
    ++from_;
    while (from_ < text_.size() && (static_cast<unsigned char>(text_[from_]) & 0xC0) == 0x80) {
      ++from_;
    }
  }
  return true;
}

Result<bool> RegexSearch::NextByIcu() {
  UErrorCode error = U_ZERO_ERROR;
  const bool found = state_->matcher->find(error);
  ARROW_RETURN_NOT_OK(RegexStatus(error));
  if (!found) return false;
  begin_ = static_cast<size_t>(state_->matcher->start64(0, error));
  end_ = static_cast<size_t>(state_->matcher->end64(0, error));
  ARROW_RETURN_NOT_OK(RegexStatus(error));
  return true;
}

std::optional<std::string_view> RegexSearch::group(int number) const {
  if (by_re2_) {
    const re2::StringPiece& group = state_->groups[static_cast<size_t>(number)];
    if (group.data() == nullptr) return std::nullopt;
    return std::string_view(group.data(), group.size());
  }
  UErrorCode error = U_ZERO_ERROR;
  const int64_t begin = state_->matcher->start64(number, error);
  const int64_t end = state_->matcher->end64(number, error);
  if (U_FAILURE(error) || begin < 0) return std::nullopt;
  return text_.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
}

}  // namespace tarn::text
