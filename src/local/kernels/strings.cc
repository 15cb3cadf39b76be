#include <arrow/compute/api.h>

#include <unordered_map>
#include <unordered_set>

#include "base/ascii.h"
#include "local/kernels/characters_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/text_writer_internal.h"
#include "text/case_mapping.h"

// Functions of text.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;
using Text = std::string_view;

using MapCase = Status (*)(Text text, std::string* out);

// Texts of ASCII alone are mapped all at once.
Result<Datum> ChangeCase(const KernelContext& context, const Args& args, const char* of_ascii,
                         MapCase map) {
  if (args[0].is_array() && IsAscii(ColumnView<Text>(args[0]).Bytes(context.num_rows))) {
    return arrow::compute::CallFunction(of_ascii, args);
  }
  return MapToString<Text>(context, args, map);
}

Result<Datum> Upper(const KernelContext& context, const Args& args) {
  return ChangeCase(context, args, "ascii_upper", text::AppendUpper);
}

Result<Datum> Lower(const KernelContext& context, const Args& args) {
  return ChangeCase(context, args, "ascii_lower", text::AppendLower);
}

Result<Datum> InitialCapitals(const KernelContext& context, const Args& args) {
  return MapToString<Text>(context, args, text::AppendTitle);
}

Result<Datum> Length(const KernelContext& context, const Args& args) {
  return Map<int32_t, Text>(context, args,
                            [](Text text) { return static_cast<int32_t>(CountCharacters(text)); });
}

Result<Datum> OctetLength(const KernelContext& context, const Args& args) {
  return Map<int32_t, Text>(context, args,
                            [](Text text) { return static_cast<int32_t>(text.size()); });
}

// A text that grows is not made longer than it may be.
bool IsTooLong(const std::string& text) { return std::ssize(text) > kTextBytesMax; }

// The characters of a text. Most have few; many are not looked for one by one.
class CharacterSet {
 public:
  void Assign(Text characters) {
    if (characters == characters_) return;
    characters_ = characters;
    many_.clear();
    if (characters.size() <= kFewBytes) return;
    for (size_t at = 0; at < characters.size();) {
      const Text character = CharacterAt(characters, at);
      many_.insert(character);
      at += character.size();
    }
  }

  bool Has(Text character) const {
    return many_.empty() ? characters_.find(character) != Text::npos : many_.contains(character);
  }

 private:
  static constexpr size_t kFewBytes = 16;

  Text characters_;
  std::unordered_set<Text> many_;
};

Text TrimStart(Text text, const CharacterSet& characters) {
  while (!text.empty()) {
    Text first = CharacterAt(text, 0);
    if (!characters.Has(first)) break;
    text.remove_prefix(first.size());
  }
  return text;
}

Text TrimEnd(Text text, const CharacterSet& characters) {
  while (!text.empty()) {
    size_t begin = text.size() - 1;
    while (begin > 0 && IsContinuation(text[begin])) --begin;
    if (!characters.Has(text.substr(begin))) break;
    text.remove_suffix(text.size() - begin);
  }
  return text;
}

// With two arguments, the characters to trim come first (Spark's order), or last for btrim.
template <bool kStart, bool kEnd, bool kCharactersFirst = true>
Result<Datum> Trim(const KernelContext& context, const Args& args) {
  CharacterSet set;
  auto append = [&set](Text characters, Text text, std::string* out) {
    set.Assign(characters);
    if (kStart) text = TrimStart(text, set);
    if (kEnd) text = TrimEnd(text, set);
    out->append(text);
  };
  if (args.size() == 1) {
    return MapToString<Text>(context, args,
                             [&](Text text, std::string* out) { append(" ", text, out); });
  }
  Args ordered = kCharactersFirst ? args : Args{args[1], args[0]};
  return MapToString<Text, Text>(context, ordered, append);
}

// Spark's substring: position 0 counts as 1, negative ones from the end; a start before the text
// uses up length.
Text Substring(Text text, int64_t start, int64_t length) {
  int64_t num_characters = start < 0 ? CountCharacters(text) : 0;
  int64_t begin = start > 0 ? start - 1 : start < 0 ? num_characters + start : 0;
  int64_t end = length < 0 ? begin : begin + length;
  begin = std::max<int64_t>(begin, 0);
  if (end <= begin) return {};
  size_t first = SkipCharacters(text, 0, begin);
  return text.substr(first, SkipCharacters(text, first, end - begin) - first);
}

Result<Datum> SubstringKernel(const KernelContext& context, const Args& args) {
  if (args.size() == 2) {
    return MapToString<Text, int32_t>(context, args,
                                      [](Text text, int32_t start, std::string* out) {
                                        out->append(Substring(text, start, INT32_MAX));
                                      });
  }
  return MapToString<Text, int32_t, int32_t>(
      context, args, [](Text text, int32_t start, int32_t length, std::string* out) {
        out->append(Substring(text, start, length));
      });
}

Result<Datum> Left(const KernelContext& context, const Args& args) {
  return MapToString<Text, int32_t>(context, args, [](Text text, int32_t length, std::string* out) {
    out->append(Substring(text, 1, length));
  });
}

Result<Datum> Right(const KernelContext& context, const Args& args) {
  return MapToString<Text, int32_t>(context, args, [](Text text, int32_t length, std::string* out) {
    if (length > 0) out->append(Substring(text, -length, length));
  });
}

std::vector<ColumnView<Text>> TextViews(const Args& args, size_t begin) {
  std::vector<ColumnView<Text>> views;
  for (size_t i = begin; i < args.size(); ++i) views.emplace_back(args[i]);
  return views;
}

// The rows that `is_valid` says are not NULL; null when it says so of all.
template <typename IsValid>
Result<std::shared_ptr<arrow::Buffer>> ValidityOf(int64_t num_rows, IsValid is_valid) {
  ARROW_ASSIGN_OR_RAISE(auto validity, arrow::AllocateEmptyBitmap(num_rows));
  int64_t num_valid = 0;
  for (int64_t row = 0; row < num_rows; ++row) {
    if (!is_valid(row)) continue;
    arrow::bit_util::SetBit(validity->mutable_data(), row);
    ++num_valid;
  }
  return num_valid == num_rows ? nullptr : std::move(validity);
}

Result<Datum> Concat(const KernelContext& context, const Args& args) {
  const auto views = TextViews(args, 0);
  int64_t num_bytes = 0;
  for (const auto& view : views) num_bytes += view.NumBytes(context.num_rows);
  ARROW_ASSIGN_OR_RAISE(TextWriter writer, TextWriter::Make(context.num_rows, num_bytes));
  auto is_valid = [&](int64_t row) {
    return std::all_of(views.begin(), views.end(),
                       [&](const auto& view) { return view.IsValid(row); });
  };
  ARROW_ASSIGN_OR_RAISE(auto validity, ValidityOf(context.num_rows, is_valid));
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (validity == nullptr || arrow::bit_util::GetBit(validity->data(), row)) {
      for (const auto& view : views) writer.Append(view[row]);
    }
    writer.EndRow();
  }
  return writer.Finish(std::move(validity));
}

Result<Datum> ConcatWithSeparator(const KernelContext& context, const Args& args) {
  const ColumnView<Text> separators(args[0]);
  const auto views = TextViews(args, 1);
  int64_t num_bytes = separators.NumBytes(context.num_rows) *
                      static_cast<int64_t>(std::max<size_t>(views.size(), 1));
  for (const auto& view : views) num_bytes += view.NumBytes(context.num_rows);
  ARROW_ASSIGN_OR_RAISE(TextWriter writer, TextWriter::Make(context.num_rows, num_bytes));
  ARROW_ASSIGN_OR_RAISE(auto validity, CombinedValidity(context.num_rows, separators));
  for (int64_t row = 0; row < context.num_rows; ++row) {
    bool first = true;
    for (const auto& view : views) {
      if (!separators.IsValid(row) || !view.IsValid(row)) continue;
      if (!first) writer.Append(separators[row]);
      writer.Append(view[row]);
      first = false;
    }
    writer.EndRow();
  }
  return writer.Finish(std::move(validity));
}

void AppendReplaced(Text text, Text search, Text by, std::string* out) {
  if (search.empty()) {
    out->append(text);
    return;
  }
  for (size_t at = 0; !IsTooLong(*out);) {
    size_t found = text.find(search, at);
    out->append(text.substr(at, found - at));
    if (found == Text::npos) return;
    out->append(by);
    at = found + search.size();
  }
}

Result<Datum> Replace(const KernelContext& context, const Args& args) {
  if (args.size() == 2) {
    return MapToString<Text, Text>(context, args, [](Text text, Text search, std::string* out) {
      AppendReplaced(text, search, "", out);
    });
  }
  return MapToString<Text, Text, Text>(context, args, AppendReplaced);
}

// What each character of `from` becomes: that of `to` at its place, nothing where there is none.
std::unordered_map<Text, Text> Translations(Text from, Text to) {
  std::unordered_map<Text, Text> translations;
  for (size_t at = 0, target = 0; at < from.size();) {
    const Text character = CharacterAt(from, at);
    const Text translated = target < to.size() ? CharacterAt(to, target) : Text();
    translations.emplace(character, translated);
    at += character.size();
    target += translated.size();
  }
  return translations;
}

Result<Datum> Translate(const KernelContext& context, const Args& args) {
  std::unordered_map<Text, Text> translations;
  Text known_from, known_to;
  return MapToString<Text, Text, Text>(
      context, args, [&](Text text, Text from, Text to, std::string* out) {
        if (from != known_from || to != known_to) translations = Translations(from, to);
        known_from = from;
        known_to = to;
        for (size_t at = 0; at < text.size();) {
          const Text character = CharacterAt(text, at);
          const auto found = translations.find(character);
          out->append(found == translations.end() ? character : found->second);
          at += character.size();
        }
      });
}

Result<Datum> SplitPart(const KernelContext& context, const Args& args) {
  ColumnView<int32_t> parts(args[2]);
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (parts.IsValid(row) && parts[row] == 0) {
      return context.Error("INVALID_INDEX_OF_ZERO", "there is no part 0", "the first part is 1");
    }
  }
  return MapToString<Text, Text, int32_t>(
      context, args, [](Text text, Text delimiter, int32_t part, std::string* out) {
        std::vector<Text> found;
        for (size_t at = 0;;) {
          size_t next = delimiter.empty() ? Text::npos : text.find(delimiter, at);
          found.push_back(text.substr(at, next - at));
          if (next == Text::npos) break;
          at = next + delimiter.size();
        }
        int64_t index = part > 0 ? part - 1 : static_cast<int64_t>(found.size()) + part;
        if (index >= 0 && index < static_cast<int64_t>(found.size())) {
          out->append(found[static_cast<size_t>(index)]);
        }
      });
}

int32_t Position(Text text, Text search) {
  size_t found = text.find(search);
  return found == Text::npos ? 0 : static_cast<int32_t>(CountCharacters(text.substr(0, found)) + 1);
}

Result<Datum> Instr(const KernelContext& context, const Args& args) {
  return Map<int32_t, Text, Text>(context, args, Position);
}

Result<Datum> Locate(const KernelContext& context, const Args& args) {
  return Map<int32_t, Text, Text>(context, args,
                                  [](Text search, Text text) { return Position(text, search); });
}

template <bool kAtStart>
Status AppendPadded(Text text, int32_t length, Text pad, std::string* out) {
  const int64_t num_missing = length - CountCharacters(text);
  if (num_missing <= 0 || pad.empty()) {
    out->append(Substring(text, 1, length));
    return Status::OK();
  }
  const int64_t num_pad_characters = CountCharacters(pad);
  const int64_t num_pads = num_missing / num_pad_characters;
  const Text rest = pad.substr(0, SkipCharacters(pad, 0, num_missing % num_pad_characters));
  ARROW_RETURN_NOT_OK(CheckTextBytes(std::ssize(text) + num_pads * std::ssize(pad)));
  if (!kAtStart) out->append(text);
  for (int64_t i = 0; i < num_pads; ++i) out->append(pad);
  out->append(rest);
  if (kAtStart) out->append(text);
  return Status::OK();
}

template <bool kAtStart>
Result<Datum> Pad(const KernelContext& context, const Args& args) {
  if (args.size() == 2) {
    return MapToString<Text, int32_t>(context, args,
                                      [](Text text, int32_t length, std::string* out) {
                                        return AppendPadded<kAtStart>(text, length, " ", out);
                                      });
  }
  return MapToString<Text, int32_t, Text>(context, args, AppendPadded<kAtStart>);
}

Result<Datum> Reverse(const KernelContext&, const Args& args) {
  return arrow::compute::CallFunction("utf8_reverse", args);
}

Result<Datum> Repeat(const KernelContext& context, const Args& args) {
  return MapToString<Text, int32_t>(context, args,
                                    [](Text text, int32_t times, std::string* out) -> Status {
                                      if (text.empty()) return Status::OK();
                                      ARROW_RETURN_NOT_OK(CheckTextBytes(times * std::ssize(text)));
                                      for (int32_t i = 0; i < times; ++i) out->append(text);
                                      return Status::OK();
                                    });
}

Result<Datum> StartsWith(const KernelContext& context, const Args& args) {
  return MapToBoolean<Text, Text>(context, args,
                                  [](Text text, Text prefix) { return text.starts_with(prefix); });
}

Result<Datum> EndsWith(const KernelContext& context, const Args& args) {
  return MapToBoolean<Text, Text>(context, args,
                                  [](Text text, Text suffix) { return text.ends_with(suffix); });
}

Result<Datum> Contains(const KernelContext& context, const Args& args) {
  return MapToBoolean<Text, Text>(
      context, args, [](Text text, Text search) { return text.find(search) != Text::npos; });
}

}  // namespace

std::span<const NamedKernel> StringKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"upper", Upper},
      {"lower", Lower},
      {"initcap", InitialCapitals},
      {"length", Length},
      {"octet_length", OctetLength},
      {"trim", Trim<true, true>},
      {"ltrim", Trim<true, false>},
      {"rtrim", Trim<false, true>},
      {"btrim", Trim<true, true, false>},
      {"substring", SubstringKernel},
      {"left", Left},
      {"right", Right},
      {"concat", Concat},
      {"concat_ws", ConcatWithSeparator},
      {"replace", Replace},
      {"translate", Translate},
      {"split_part", SplitPart},
      {"instr", Instr},
      {"position", Locate},
      {"lpad", Pad<true>},
      {"rpad", Pad<false>},
      {"reverse", Reverse},
      {"repeat", Repeat},
      {"startswith", StartsWith},
      {"endswith", EndsWith},
      {"contains", Contains},
  };
  return kKernels;
}

}  // namespace tarn::local
