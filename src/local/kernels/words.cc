#include <arrow/builder.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.h"
#include "local/kernels/characters_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/sentences_internal.h"
#include "text/letter_kind.h"

// Words: how alike they are, how they sound, what is in them.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;
using Text = std::string_view;

std::u32string CodePoints(Text text) {
  std::u32string code_points;
  for (size_t at = 0; at < text.size();) {
    const Text character = CharacterAt(text, at);
    code_points.push_back(static_cast<char32_t>(CodePointOf(character)));
    at += character.size();
  }
  return code_points;
}

// Insertions, deletions and substitutions from one to the other.
int32_t Distance(const std::u32string& left, const std::u32string& right) {
  std::vector<int32_t> row(right.size() + 1);
  for (size_t i = 0; i < row.size(); ++i) row[i] = static_cast<int32_t>(i);
  for (size_t i = 1; i <= left.size(); ++i) {
    int32_t diagonal = row[0];
    row[0] = static_cast<int32_t>(i);
    for (size_t j = 1; j <= right.size(); ++j) {
      const int32_t substituted = diagonal + (left[i - 1] != right[j - 1]);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

// -1 above the threshold.
Result<Datum> Levenshtein(const KernelContext& context, const Args& args) {
  if (args.size() == 2) {
    return Map<int32_t, Text, Text>(context, args, [](Text left, Text right) {
      return Distance(CodePoints(left), CodePoints(right));
    });
  }
  return Map<int32_t, Text, Text, int32_t>(
      context, args, [](Text left, Text right, int32_t threshold) {
        const int32_t distance = Distance(CodePoints(left), CodePoints(right));
        return distance > threshold ? -1 : distance;
      });
}

// A letter and three digits; texts that begin with no letter of ASCII stay.
void AppendSoundex(Text text, std::string* out) {
  // By letter; 7: as if it were not there.
  static constexpr Text kCodes = "01230127022455012623017202";
  if (text.empty() || !IsLetter(text[0])) {
    out->append(text);
    return;
  }
  const auto code_of = [](char letter) { return kCodes[ToUpper(letter) - 'A']; };
  std::string code(1, ToUpper(text[0]));
  char last = code_of(text[0]);
  for (size_t i = 1; i < text.size() && code.size() < 4; ++i) {
    if (!IsLetter(text[i])) {
      last = '0';
      continue;
    }
    const char digit = code_of(text[i]);
    if (digit == '7') continue;
    if (digit != '0' && digit != last) code += digit;
    last = digit;
  }
  code.resize(4, '0');
  out->append(code);
}

Result<Datum> Soundex(const KernelContext& context, const Args& args) {
  return MapToString<Text>(context, args, AppendSoundex);
}

// As Java holds text: a character beyond the first 65,536 is two.
std::u16string Utf16Units(Text text) {
  std::u16string units;
  for (const char32_t code_point : CodePoints(text)) {
    if (code_point < 0x10000) {
      units.push_back(static_cast<char16_t>(code_point));
    } else {
      units.push_back(static_cast<char16_t>(0xD800 + ((code_point - 0x10000) >> 10)));
      units.push_back(static_cast<char16_t>(0xDC00 + (code_point & 0x3FF)));
    }
  }
  return units;
}

// The units of each that are found in the other, not too far away, in order.
std::array<std::u16string, 2> CommonUnits(const std::u16string& left, const std::u16string& right) {
  const size_t longer = std::max(left.size(), right.size());
  const size_t window = longer / 2 > 0 ? longer / 2 - 1 : 0;
  std::vector<bool> is_taken(right.size());
  std::array<std::u16string, 2> common;
  for (size_t i = 0; i < left.size(); ++i) {
    const size_t end = std::min(right.size(), i + window + 1);
    for (size_t j = i > window ? i - window : 0; j < end; ++j) {
      if (is_taken[j] || left[i] != right[j]) continue;
      is_taken[j] = true;
      common[0].push_back(left[i]);
      break;
    }
  }
  for (size_t j = 0; j < right.size(); ++j) {
    if (is_taken[j]) common[1].push_back(right[j]);
  }
  return common;
}

double JaroWinkler(const std::u16string& left, const std::u16string& right) {
  if (left.empty() && right.empty()) return 1;
  const auto common = CommonUnits(left, right);
  const auto num_common = static_cast<double>(common[0].size());
  if (num_common == 0) return 0;
  int num_swapped = 0;
  for (size_t i = 0; i < common[0].size(); ++i) num_swapped += common[0][i] != common[1][i];
  const double jaro = (num_common / static_cast<double>(left.size()) +
                       num_common / static_cast<double>(right.size()) +
                       (num_common - num_swapped / 2.0) / num_common) /
                      3;
  int num_first = 0;  // equal units at the start
  const size_t first_max = std::min({left.size(), right.size(), size_t{4}});
  while (static_cast<size_t>(num_first) < first_max && left[num_first] == right[num_first]) {
    ++num_first;
  }
  return jaro + num_first * 0.1 * (1 - jaro);
}

Result<Datum> JaroWinklerKernel(const KernelContext& context, const Args& args) {
  return Map<double, Text, Text>(context, args, [](Text left, Text right) {
    return JaroWinkler(Utf16Units(left), Utf16Units(right));
  });
}

// The check digit of credit cards. Source: ISO/IEC 7812.
bool HasLuhnDigit(Text digits) {
  int sum = 0;
  bool is_second = false;
  for (size_t i = digits.size(); i-- > 0;) {
    if (!IsDigit(digits[i])) return false;
    const int digit = (digits[i] - '0') * (is_second ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
    is_second = !is_second;
  }
  return !digits.empty() && sum % 10 == 0;
}

Result<Datum> LuhnCheck(const KernelContext& context, const Args& args) {
  return MapToBoolean<Text>(context, args, HasLuhnDigit);
}

// What each kind of character becomes; none: itself.
using Masks = std::array<std::optional<std::string>, 4>;

// Masks are literals; NULL leaves characters as they are.
Masks MasksOf(const Args& args) {
  Masks masks = {"X", "x", "n", std::nullopt};
  for (size_t i = 1; i < args.size(); ++i) {
    const ColumnView<Text> mask(args[i]);
    masks[i - 1] = mask.IsValid(0) ? std::optional<std::string>(mask[0]) : std::nullopt;
  }
  return masks;
}

Result<Datum> Mask(const KernelContext& context, const Args& args) {
  const Masks masks = MasksOf(args);
  return MapToString<Text>(context, {args[0]}, [&](Text text, std::string* out) {
    for (size_t at = 0; at < text.size();) {
      const Text character = CharacterAt(text, at);
      const auto kind = text::LetterKindOf(static_cast<uint32_t>(CodePointOf(character)));
      const auto& mask = masks[static_cast<size_t>(kind)];
      out->append(mask.has_value() ? Text(*mask) : character);
      at += character.size();
    }
  });
}

Result<Datum> Sentences(const KernelContext& context, const Args& args) {
  const ColumnView<Text> texts(args[0]);
  auto words = std::make_shared<arrow::StringBuilder>();
  const auto& type = static_cast<const arrow::ListType&>(*context.type());
  auto sentences =
      std::make_shared<arrow::ListBuilder>(arrow::default_memory_pool(), words, type.value_type());
  arrow::ListBuilder rows(arrow::default_memory_pool(), sentences, context.type());
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!texts.IsValid(row)) {
      ARROW_RETURN_NOT_OK(rows.AppendNull());
      continue;
    }
    ARROW_RETURN_NOT_OK(CheckTextBytes(words->value_data_length() + std::ssize(texts[row])));
    ARROW_RETURN_NOT_OK(rows.Append());
    for (const Text sentence : SplitSentences(texts[row])) {
      ARROW_RETURN_NOT_OK(sentences->Append());
      for (const Text word : SplitWords(sentence)) ARROW_RETURN_NOT_OK(words->Append(word));
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto array, rows.Finish());
  return Datum(std::move(array));
}

}  // namespace

std::span<const NamedKernel> WordKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"levenshtein", Levenshtein},
      {"soundex", Soundex},
      {"jaro_winkler_similarity", JaroWinklerKernel},
      {"luhn_check", LuhnCheck},
      {"mask", Mask},
      {"sentences", Sentences},
  };
  return kKernels;
}

}  // namespace tarn::local
