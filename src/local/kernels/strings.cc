#include <arrow/compute/api.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/ascii.h"
#include "local/kernels/characters_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/nested_internal.h"
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

bool IsBytes(const Datum& datum) { return datum.type()->id() == arrow::Type::BINARY; }

Result<Datum> Length(const KernelContext& context, const Args& args) {
  if (IsBytes(args[0])) {
    return Map<int32_t, Text>(context, args,
                              [](Text bytes) { return static_cast<int32_t>(bytes.size()); });
  }
  return Map<int32_t, Text>(context, args,
                            [](Text text) { return static_cast<int32_t>(CountCharacters(text)); });
}

Result<Datum> OctetLength(const KernelContext& context, const Args& args) {
  return Map<int32_t, Text>(context, args,
                            [](Text text) { return static_cast<int32_t>(text.size()); });
}

Result<Datum> BitLength(const KernelContext& context, const Args& args) {
  return Map<int32_t, Text>(context, args,
                            [](Text text) { return static_cast<int32_t>(text.size() * 8); });
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

// What positions count: characters of STRING, bytes of BINARY.
struct Characters {
  static constexpr Text kBlank = " ";
  static int64_t Count(Text text) { return CountCharacters(text); }
  static size_t Skip(Text text, size_t offset, int64_t count) {
    return SkipCharacters(text, offset, count);
  }
};
struct Bytes {
  static constexpr Text kBlank = Text("\0", 1);
  static int64_t Count(Text bytes) { return std::ssize(bytes); }
  static size_t Skip(Text bytes, size_t offset, int64_t count) {
    return offset +
           static_cast<size_t>(std::min(count, std::ssize(bytes) - static_cast<int64_t>(offset)));
  }
};

// compute(unit) for what the first argument counts.
template <typename Compute>
Result<Datum> ByUnit(const Args& args, Compute&& compute) {
  return IsBytes(args[0]) ? compute(Bytes()) : compute(Characters());
}

// Spark's substring: position 0 counts as 1, negative ones from the end; a start before the text
// uses up length.
template <typename Unit = Characters>
Text Substring(Text text, int64_t start, int64_t length) {
  int64_t num_characters = start < 0 ? Unit::Count(text) : 0;
  int64_t begin = start > 0 ? start - 1 : start < 0 ? num_characters + start : 0;
  int64_t end = length < 0 ? begin : begin + length;
  begin = std::max<int64_t>(begin, 0);
  if (end <= begin) return {};
  size_t first = Unit::Skip(text, 0, begin);
  return text.substr(first, Unit::Skip(text, first, end - begin) - first);
}

Result<Datum> SubstringKernel(const KernelContext& context, const Args& args) {
  return ByUnit(args, [&]<typename Unit>(Unit) {
    if (args.size() == 2) {
      return MapToString<Text, int32_t>(context, args,
                                        [](Text text, int32_t start, std::string* out) {
                                          out->append(Substring<Unit>(text, start, INT32_MAX));
                                        });
    }
    return MapToString<Text, int32_t, int32_t>(
        context, args, [](Text text, int32_t start, int32_t length, std::string* out) {
          out->append(Substring<Unit>(text, start, length));
        });
  });
}

Result<Datum> Left(const KernelContext& context, const Args& args) {
  return ByUnit(args, [&]<typename Unit>(Unit) {
    return MapToString<Text, int32_t>(context, args,
                                      [](Text text, int32_t length, std::string* out) {
                                        out->append(Substring<Unit>(text, 1, length));
                                      });
  });
}

Result<Datum> Right(const KernelContext& context, const Args& args) {
  return MapToString<Text, int32_t>(context, args, [](Text text, int32_t length, std::string* out) {
    if (length > 0) out->append(Substring(text, -int64_t{length}, length));
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
  if (context.type()->id() == arrow::Type::LIST) return ConcatArrays(context, args);
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
  ARROW_ASSIGN_OR_RAISE(const Datum joined, writer.Finish(std::move(validity)));
  return TextOrBytes(context, joined);
}

// The texts that concat_ws joins in a row: of an argument, or of each element of its array.
class JoinedTexts {
 public:
  explicit JoinedTexts(const Datum& arg) {
    if (arg.type()->id() != arrow::Type::LIST) {
      texts_.emplace(arg);
      return;
    }
    const auto array = arg.is_scalar() ? arrow::MakeArrayFromScalar(*arg.scalar(), 1).ValueOrDie()
                                       : arg.make_array();
    is_constant_ = arg.is_scalar();
    lists_ = std::static_pointer_cast<arrow::ListArray>(array);
    if (lists_->value_type()->id() == arrow::Type::STRING) texts_.emplace(lists_->values());
  }

  template <typename Visit>
  void ForEach(int64_t row, Visit&& visit) const {
    if (lists_ == nullptr) {
      if (texts_->IsValid(row)) visit((*texts_)[row]);
      return;
    }
    if (is_constant_) row = 0;
    // Without texts, all elements are NULL.
    if (lists_->IsNull(row) || !texts_.has_value()) return;
    for (int64_t i = lists_->value_offset(row); i < lists_->value_offset(row + 1); ++i) {
      if (texts_->IsValid(i)) visit((*texts_)[i]);
    }
  }

 private:
  std::optional<ColumnView<Text>> texts_;
  std::shared_ptr<arrow::ListArray> lists_;  // null: an argument of text
  bool is_constant_ = false;                 // of lists: one for all rows
};

Result<Datum> ConcatWithSeparator(const KernelContext& context, const Args& args) {
  std::vector<JoinedTexts> parts;
  for (size_t i = 1; i < args.size(); ++i) parts.emplace_back(args[i]);
  const ColumnView<Text> separators(args[0]);
  const auto append = [&](int64_t row, std::string* out) -> Status {
    bool first = true;
    for (const JoinedTexts& part : parts) {
      part.ForEach(row, [&](Text text) {
        if (!first) *out += separators[row];
        *out += text;
        first = false;
      });
      ARROW_RETURN_NOT_OK(CheckTextBytes(std::ssize(*out)));
    }
    return Status::OK();
  };
  return MapRowsToString(
      context, [&](int64_t row) { return separators.IsValid(row); }, append);
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

int32_t PositionOf(Text text, size_t found) {
  return found == Text::npos ? 0 : static_cast<int32_t>(CountCharacters(text.substr(0, found)) + 1);
}

// From the character `start` on, or back from there when it is negative; occurrences may overlap.
int32_t Position(Text text, Text search, int64_t start, int32_t occurrence) {
  if (start == 0) return 0;
  if (search.empty()) return 1;
  const int64_t begin = start > 0 ? start - 1 : CountCharacters(text) + start;
  if (begin < 0) return 0;
  size_t found = SkipCharacters(text, 0, begin);
  if (found >= text.size() && start > 0) return 0;
  const auto next = [&](size_t from) {
    return start > 0 ? text.find(search, from) : text.rfind(search, from);
  };
  found = next(found);
  while (found != Text::npos && --occurrence > 0) {
    if (start < 0 && found == 0) return 0;
    found = next(start > 0 ? found + 1 : found - 1);
  }
  return PositionOf(text, found);
}

Result<Datum> Instr(const KernelContext& context, const Args& args) {
  if (args.size() == 2) {
    return Map<int32_t, Text, Text>(
        context, args, [](Text text, Text search) { return Position(text, search, 1, 1); });
  }
  if (args.size() == 3) {
    return Map<int32_t, Text, Text, int32_t>(
        context, args,
        [](Text text, Text search, int32_t start) { return Position(text, search, start, 1); });
  }
  return MapChecked<int32_t, Text, Text, int32_t, int32_t>(
      context, args,
      [](Text text, Text search, int32_t start, int32_t occurrence, int32_t* out) {
        if (occurrence > 0) *out = Position(text, search, start, occurrence);
        return occurrence > 0;
      },
      [&](Text, Text, int32_t, int32_t occurrence) {
        return context.Error("INVALID_PARAMETER_VALUE.OCCURRENCE",
                             fmt::format("there is no occurrence {}", occurrence),
                             "the first occurrence is 1");
      });
}

// With a start that is NULL: 0, whatever the texts are.
Result<Datum> Locate(const KernelContext& context, const Args& args) {
  const ColumnView<Text> searches(args[0]), texts(args[1]);
  const ColumnView<int32_t> starts(
      args.size() == 3 ? args[2] : Datum(std::make_shared<arrow::Int32Scalar>(1)));
  arrow::Int32Builder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(context.num_rows));
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!starts.IsValid(row)) {
      builder.UnsafeAppend(0);
    } else if (!AllValid(row, searches, texts)) {
      builder.UnsafeAppendNull();
    } else {
      builder.UnsafeAppend(starts[row] < 1 ? 0
                                           : Position(texts[row], searches[row], starts[row], 1));
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return Datum(std::move(array));
}

template <bool kAtStart, typename Unit>
Status AppendPadded(Text text, int32_t length, Text pad, std::string* out) {
  const int64_t num_missing = length - Unit::Count(text);
  if (num_missing <= 0 || pad.empty()) {
    out->append(Substring<Unit>(text, 1, length));
    return Status::OK();
  }
  const int64_t num_pad_characters = Unit::Count(pad);
  const int64_t num_pads = num_missing / num_pad_characters;
  const Text rest = pad.substr(0, Unit::Skip(pad, 0, num_missing % num_pad_characters));
  ARROW_RETURN_NOT_OK(CheckTextBytes(std::ssize(text) + num_pads * std::ssize(pad)));
  if (!kAtStart) out->append(text);
  for (int64_t i = 0; i < num_pads; ++i) out->append(pad);
  out->append(rest);
  if (kAtStart) out->append(text);
  return Status::OK();
}

template <bool kAtStart>
Result<Datum> Pad(const KernelContext& context, const Args& args) {
  return ByUnit(args, [&]<typename Unit>(Unit) {
    if (args.size() == 2) {
      return MapToString<Text, int32_t>(
          context, args, [](Text text, int32_t length, std::string* out) {
            return AppendPadded<kAtStart, Unit>(text, length, Unit::kBlank, out);
          });
    }
    return MapToString<Text, int32_t, Text>(context, args, AppendPadded<kAtStart, Unit>);
  });
}

Result<Datum> Reverse(const KernelContext& context, const Args& args) {
  if (context.type()->id() == arrow::Type::LIST) return ReverseArrays(context, args);
  if (!IsBytes(args[0])) return arrow::compute::CallFunction("utf8_reverse", args);
  return MapToString<Text>(context, args, [](Text bytes, std::string* out) {
    out->assign(bytes.rbegin(), bytes.rend());
  });
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

// The first character's code point.
Result<Datum> Ascii(const KernelContext& context, const Args& args) {
  return Map<int32_t, Text>(context, args,
                            [](Text text) { return CodePointOf(CharacterAt(text, 0)); });
}

// Of the number's lowest byte, as a character of Latin-1.
Result<Datum> Chr(const KernelContext& context, const Args& args) {
  return MapToString<int64_t>(context, args, [](int64_t number, std::string* out) {
    if (number < 0) return;
    const int64_t code = number & 0xFF;
    if (code < 0x80) {
      *out += static_cast<char>(code);
    } else {
      *out += static_cast<char>(0xC0 | code >> 6);
      *out += static_cast<char>(0x80 | (code & 0x3F));
    }
  });
}

Result<Datum> Space(const KernelContext& context, const Args& args) {
  return MapToString<int32_t>(context, args, [](int32_t count, std::string* out) -> Status {
    ARROW_RETURN_NOT_OK(CheckTextBytes(count));
    out->append(static_cast<size_t>(std::max(count, 0)), ' ');
    return Status::OK();
  });
}

Result<Datum> Quote(const KernelContext& context, const Args& args) {
  return MapToString<Text>(context, args, [](Text text, std::string* out) {
    *out += '\'';
    for (char c : text) {
      if (c == '\'') *out += '\\';
      *out += c;
    }
    *out += '\'';
  });
}

Result<Datum> Element(const KernelContext& context, const Args& args) {
  const ColumnView<int32_t> indexes(args[0]);
  const auto views = TextViews(args, 1);
  arrow::StringBuilder builder;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!indexes.IsValid(row)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
      continue;
    }
    const int64_t index = indexes[row];
    if (index < 1 || index > std::ssize(views)) {
      return context.Error("INVALID_ARRAY_INDEX",
                           fmt::format("there is no value {}, but 1 to {}", index, views.size()),
                           "guard it with CASE WHEN");
    }
    const ColumnView<Text>& view = views[static_cast<size_t>(index - 1)];
    if (!view.IsValid(row)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
      continue;
    }
    ARROW_RETURN_NOT_OK(CheckTextBytes(builder.value_data_length() + std::ssize(view[row])));
    ARROW_RETURN_NOT_OK(builder.Append(view[row]));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return TextOrBytes(context, Datum(std::move(array)));
}

int32_t FindInSet(Text text, Text set) {
  if (text.find(',') != Text::npos) return 0;
  for (int32_t position = 1;; ++position) {
    const size_t comma = set.find(',');
    if (set.substr(0, comma) == text) return position;
    if (comma == Text::npos) return 0;
    set.remove_prefix(comma + 1);
  }
}

Result<Datum> FindInSetKernel(const KernelContext& context, const Args& args) {
  return Map<int32_t, Text, Text>(context, args, FindInSet);
}

// Delimiters may overlap.
Text SubstringIndex(Text text, Text delimiter, int32_t count) {
  if (delimiter.empty() || count == 0) return {};
  if (count > 0) {
    size_t found = text.find(delimiter);
    while (found != Text::npos && --count > 0) found = text.find(delimiter, found + 1);
    return text.substr(0, found);
  }
  size_t found = text.rfind(delimiter);
  while (found != Text::npos && ++count < 0) {
    found = found == 0 ? Text::npos : text.rfind(delimiter, found - 1);
  }
  return found == Text::npos ? text : text.substr(found + delimiter.size());
}

Result<Datum> SubstringIndexKernel(const KernelContext& context, const Args& args) {
  return MapToString<Text, Text, int32_t>(
      context, args, [](Text text, Text delimiter, int32_t count, std::string* out) {
        out->append(SubstringIndex(text, delimiter, count));
      });
}

template <typename Unit>
void AppendOverlaid(Text text, Text by, int64_t position, int64_t length, std::string* out) {
  if (length < 0) length = Unit::Count(by);
  out->append(Substring<Unit>(text, 1, position - 1));
  out->append(by);
  out->append(Substring<Unit>(text, position + length, INT32_MAX));
}

Result<Datum> Overlay(const KernelContext& context, const Args& args) {
  return ByUnit(args, [&]<typename Unit>(Unit) {
    if (args.size() == 3) {
      return MapToString<Text, Text, int32_t>(
          context, args, [](Text text, Text by, int32_t position, std::string* out) {
            AppendOverlaid<Unit>(text, by, position, -1, out);
          });
    }
    return MapToString<Text, Text, int32_t, int32_t>(
        context, args, [](Text text, Text by, int32_t position, int32_t length, std::string* out) {
          AppendOverlaid<Unit>(text, by, position, length, out);
        });
  });
}

}  // namespace

std::span<const NamedKernel> StringKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"upper", Upper},
      {"lower", Lower},
      {"initcap", InitialCapitals},
      {"length", Length},
      {"octet_length", OctetLength},
      {"bit_length", BitLength},
      {"ascii", Ascii},
      {"chr", Chr},
      {"space", Space},
      {"quote", Quote},
      {"elt", Element},
      {"find_in_set", FindInSetKernel},
      {"substring_index", SubstringIndexKernel},
      {"overlay", Overlay},
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
