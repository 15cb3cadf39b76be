#include "text/engine_pattern_writer.h"

#include <fmt/format.h>

#include <utility>

#include "base/ascii.h"
#include "text/java_character_class.h"

namespace tarn::text {

using icu::UnicodeSet;

namespace {

// What stands for anchors that no engine but Java has.
constexpr std::string_view kLineEnds = "\\x{d}\\x{85}\\x{2028}\\x{2029}";
constexpr std::string_view kWord = "[\\p{L}\\p{Nd}_]";

}  // namespace

void EnginePatternWriter::Both(std::string_view text) {
  out_.icu += text;
  out_.re2 += text;
}

void EnginePatternWriter::ForIcuAlone(std::string_view text) {
  out_.icu += text;
  NotRe2();
}

void EnginePatternWriter::Emit(const UnicodeSet& set) {
  out_.icu += ClassText(set, /*for_re2=*/false);
  out_.re2 += ClassText(set, /*for_re2=*/true);
}

void EnginePatternWriter::OnlyFinds() {
  if (out_.re2_use == EnginePatterns::Re2Use::kMatches) {
    out_.re2_use = EnginePatterns::Re2Use::kFinds;
  }
}

void EnginePatternWriter::Literal(char32_t character) {
  has_carriage_return_ = has_carriage_return_ || character == '\r';
  UnicodeSet set(static_cast<UChar32>(character), static_cast<UChar32>(character));
  if (flags_->no_case) AddOtherCases(flags_->unicode_case, &set);
  if (set.size() > 1) {
    Emit(set);
  } else if (character < 0x80 && IsWordByte(static_cast<char>(character))) {
    Both(std::string(1, static_cast<char>(character)));
  } else {
    Both(fmt::format("\\x{{{:x}}}", static_cast<uint32_t>(character)));
  }
}

void EnginePatternWriter::Dot() {
  if (flags_->dot_is_all) {
    Both("(?s:.)");
  } else if (flags_->unix_lines) {
    Both("[^\\x{a}]");
  } else {
    Both(fmt::format("[^\\x{{a}}{}]", kLineEnds));
  }
}

void EnginePatternWriter::LineStart() {
  if (!flags_->many_lines) {
    Both("\\A");
  } else if (flags_->unix_lines) {
    ForIcuAlone("(?:(?:\\A|(?<=\\x{a}))(?!\\z))");
  } else {
    ForIcuAlone("(?:(?:\\A|(?<=[\\x{a}\\x{85}\\x{2028}\\x{2029}])|(?<=\\x{d})(?!\\x{a}))(?!\\z))");
  }
}

void EnginePatternWriter::LineEnd(bool is_last) {
  if (!flags_->many_lines) {
    TextEnd(is_last);
  } else if (flags_->unix_lines) {
    ForIcuAlone("(?=\\x{a}|\\z)");
  } else {
    ForIcuAlone(fmt::format("(?:(?=[{}]|\\z)|(?<!\\x{{d}})(?=\\x{{a}}))", kLineEnds));
  }
}

void EnginePatternWriter::TextEnd(bool is_last) {
  has_line_end_anchor_ = true;
  if (flags_->unix_lines) {
    out_.icu += "(?=\\x{a}?\\z)";
    out_.re2 += "\\x{a}?\\z";
  } else {
    out_.icu += fmt::format(
        "(?:\\z|(?=\\x{{d}}\\x{{a}}\\z)|(?=[{}]\\z)|(?<!\\x{{d}})(?=\\x{{a}}\\z))", kLineEnds);
    out_.re2 += fmt::format("(?:\\x{{d}}\\x{{a}}|[\\x{{a}}{}])?\\z", kLineEnds);
  }
  // RE2 does not look ahead: it takes the line's end, so that nothing may follow.
  if (is_last) {
    OnlyFinds();
  } else {
    NotRe2();
  }
}

void EnginePatternWriter::WordBoundary(bool negated) {
  out_.re2 += negated ? "\\B" : "\\b";
  out_.re2_needs_ascii = true;
  out_.icu += negated ? fmt::format("(?:(?<={0})(?={0})|(?<!{0})(?!{0}))", kWord)
                      : fmt::format("(?:(?<={0})(?!{0})|(?<!{0})(?={0}))", kWord);
}

void EnginePatternWriter::AnyLineEnd() {
  ForIcuAlone(fmt::format("(?:\\x{{d}}\\x{{a}}|[\\x{{a}}-\\x{{d}}{}])", kLineEnds));
}

void EnginePatternWriter::BackReference(int group) {
  ForIcuAlone(flags_->no_case ? fmt::format("(?i:\\{})", group) : fmt::format("(?:\\{})", group));
}

EnginePatterns EnginePatternWriter::Finish(bool reads_carriage_return) {
  if (has_line_end_anchor_ && (has_carriage_return_ || reads_carriage_return)) NotRe2();
  return std::move(out_);
}

}  // namespace tarn::text
