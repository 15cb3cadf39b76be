#include <arrow/builder.h>

#include <cctype>

#include "base/ascii.h"
#include "local/kernels/characters_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/spread_internal.h"
#include "text/regex.h"

// Functions of regular expressions. A pattern that is constant is compiled once.
namespace tarn::local {
namespace {

using arrow::Datum;
using text::Regex;
using text::RegexSearch;
using Args = std::vector<Datum>;
using Text = std::string_view;
using RegexPtr = std::unique_ptr<const Regex>;

Status BadPattern(const KernelContext& context, Text pattern, const Status& status) {
  if (!status.IsInvalid()) return status;
  return context.Error(
      "INVALID_PARAMETER_VALUE.PATTERN", fmt::format("{}: {}", status.message(), pattern),
      "regular expressions have Java's syntax; \\ before a character makes it plain");
}

// What goes wrong while a pattern is looked for.
Status FailedSearch(const KernelContext& context, const Status& status) {
  if (!status.IsInvalid()) return status;
  return context.Error("REGULAR_EXPRESSION_TOO_COSTLY", status.message(),
                       "avoid repetitions inside repetitions, as in (a+)+");
}

Result<RegexPtr> Compile(const KernelContext& context, Text pattern) {
  Result<RegexPtr> regex = Regex::Make(pattern);
  ARROW_RETURN_NOT_OK(BadPattern(context, pattern, regex.status()));
  return regex;
}

Status CheckGroup(const KernelContext& context, int group, const Regex& regex) {
  const int num_groups = regex.num_groups();
  if (group >= 0 && group <= num_groups) return Status::OK();
  return context.Error(
      "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX",
      fmt::format("the pattern has no group {}, its groups are 0 to {}", group, num_groups),
      num_groups == 0 ? std::string("put what to take in parentheses, or take group 0, all of it")
                      : std::string("group 0 is all that matches"));
}

struct PreparedRegex : KernelState {
  RegexPtr regex;
};

using Prepared = Result<std::unique_ptr<KernelState>>;

Prepared PrepareRegex(const KernelContext& context, const std::vector<ScalarPtr>& constants) {
  const ScalarPtr& pattern = constants[1];
  if (pattern == nullptr || !pattern->is_valid) return nullptr;
  auto prepared = std::make_unique<PreparedRegex>();
  ARROW_ASSIGN_OR_RAISE(
      prepared->regex,
      Compile(context, static_cast<const arrow::BaseBinaryScalar&>(*pattern).view()));
  return prepared;
}

// Its group is checked as well where it is constant.
Prepared PrepareGroup(const KernelContext& context, const std::vector<ScalarPtr>& constants) {
  ARROW_ASSIGN_OR_RAISE(auto prepared, PrepareRegex(context, constants));
  if (prepared == nullptr) return prepared;
  const bool has_group = constants.size() == 3;
  if (has_group && (constants[2] == nullptr || !constants[2]->is_valid)) return prepared;
  const int group = has_group ? static_cast<const arrow::Int32Scalar&>(*constants[2]).value : 1;
  ARROW_RETURN_NOT_OK(
      CheckGroup(context, group, *static_cast<const PreparedRegex&>(*prepared).regex));
  return prepared;
}

// The search for each row's pattern; one that is the same as in the row before is not compiled
// again.
class RowSearches {
 public:
  RowSearches(const KernelContext& context, const Datum& patterns)
      : context_(context), patterns_(patterns) {
    if (context.state != nullptr) Use(*static_cast<const PreparedRegex&>(*context.state).regex);
  }

  bool IsValid(int64_t row) const { return search_ready_for_all() || patterns_.IsValid(row); }

  Result<RegexSearch*> At(int64_t row) {
    if (search_ready_for_all()) return search_.get();
    const Text pattern = patterns_[row];
    if (search_ == nullptr || pattern != pattern_) {
      ARROW_ASSIGN_OR_RAISE(compiled_, Compile(context_, pattern));
      pattern_ = pattern;
      Use(*compiled_);
    }
    return search_.get();
  }

  /// Of the pattern that At was called for last.
  const Regex& regex() const { return *regex_; }

 private:
  bool search_ready_for_all() const { return context_.state != nullptr; }
  void Use(const Regex& regex) {
    regex_ = &regex;
    search_ = std::make_unique<RegexSearch>(regex);
  }

  const KernelContext& context_;
  const ColumnView<Text> patterns_;
  Text pattern_;
  RegexPtr compiled_;
  const Regex* regex_ = nullptr;
  std::unique_ptr<RegexSearch> search_;
};

// append(row, search) for each row where neither the text, nor the pattern, nor one of `others` is
// NULL.
template <typename Builder, typename Append, typename... Others>
Result<Datum> ForEachRow(const KernelContext& context, const Args& args, Builder* builder,
                         Append&& append, const Others&... others) {
  const ColumnView<Text> texts(args[0]);
  RowSearches searches(context, args[1]);
  ARROW_RETURN_NOT_OK(builder->Reserve(context.num_rows));
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!texts.IsValid(row) || !searches.IsValid(row) || !(others.IsValid(row) && ...)) {
      ARROW_RETURN_NOT_OK(builder->AppendNull());
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(RegexSearch* const search, searches.At(row));
    ARROW_RETURN_NOT_OK(append(row, texts[row], searches.regex(), search));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder->Finish());
  return Datum(std::move(array));
}

Result<bool> Next(const KernelContext& context, RegexSearch* search) {
  Result<bool> found = search->Next();
  ARROW_RETURN_NOT_OK(FailedSearch(context, found.status()));
  return found;
}

Status AppendText(Text text, arrow::StringBuilder* builder) {
  ARROW_RETURN_NOT_OK(CheckTextBytes(builder->value_data_length() + std::ssize(text)));
  return builder->Append(text);
}

Result<Datum> Matches(const KernelContext& context, const Args& args) {
  arrow::BooleanBuilder builder;
  return ForEachRow(context, args, &builder,
                    [&](int64_t, Text text, const Regex&, RegexSearch* search) -> Status {
                      const Result<bool> found = search->Finds(text);
                      ARROW_RETURN_NOT_OK(FailedSearch(context, found.status()));
                      return builder.Append(*found);
                    });
}

// What replaces a match: texts, and groups between them.
class Replacement {
 public:
  // Java's syntax: $1 takes digits while there is such a group, ${name}, \ makes plain.
  void Parse(Text java, const Regex& regex) {
    parts_.clear();
    is_valid_ = true;
    Part part;
    for (size_t at = 0; at < java.size() && is_valid_; ++at) {
      if (java[at] == '\\') {
        is_valid_ = ++at < java.size();
        if (is_valid_) part.text += java[at];
      } else if (java[at] == '$') {
        at = ParseGroup(java, at + 1, regex, &part.group) - 1;
        parts_.push_back(std::move(part));
        part = {};
      } else {
        part.text += java[at];
      }
    }
    parts_.push_back(std::move(part));
  }

  /// Whether a match can be replaced.
  bool is_valid() const { return is_valid_; }

  void AppendTo(const RegexSearch& search, std::string* out) const {
    for (const Part& part : parts_) {
      out->append(part.text);
      if (part.group >= 0) out->append(search.group(part.group).value_or(Text()));
    }
  }

 private:
  struct Part {
    std::string text;
    int group = -1;  // behind the text; negative: none
  };

  // Where the text behind the group goes on.
  size_t ParseGroup(Text java, size_t at, const Regex& regex, int* group) {
    if (java.substr(at).starts_with('{')) {
      const size_t end = java.find('}', at);
      if (end == Text::npos) return Refuse(java);
      const auto named = regex.GroupNamed(java.substr(at + 1, end - at - 1));
      if (!named.has_value()) return Refuse(java);
      *group = *named;
      return end + 1;
    }
    if (at == java.size() || !IsDigit(java[at])) return Refuse(java);
    *group = java[at++] - '0';
    if (*group > regex.num_groups()) return Refuse(java);
    while (at < java.size() && IsDigit(java[at])) {
      const int longer = *group * 10 + (java[at] - '0');
      if (longer > regex.num_groups()) break;
      *group = longer;
      ++at;
    }
    return at;
  }

  size_t Refuse(Text java) {
    is_valid_ = false;
    return java.size();
  }

  std::vector<Part> parts_;
  bool is_valid_ = true;
};

Status ReplaceAll(const KernelContext& context, Text text, const Replacement& replacement,
                  Text written, RegexSearch* search, std::string* out) {
  ARROW_RETURN_NOT_OK(search->Begin(text));
  size_t copied = 0;
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const bool found, Next(context, search));
    if (!found) break;
    if (!replacement.is_valid()) {
      return context.Error("INVALID_REGEXP_REPLACE",
                           fmt::format("this does not replace a match: {}", written),
                           "$1 is a group that the pattern has to have; write \\$ for a dollar");
    }
    out->append(text.substr(copied, search->begin() - copied));
    replacement.AppendTo(*search, out);
    copied = search->end();
    ARROW_RETURN_NOT_OK(CheckTextBytes(std::ssize(*out)));
  }
  out->append(text.substr(copied));
  return Status::OK();
}

Result<Datum> ReplaceMatches(const KernelContext& context, const Args& args) {
  const ColumnView<Text> replacements(args[2]);
  const ColumnView<int32_t> positions(
      args.size() == 4 ? args[3] : Datum(std::make_shared<arrow::Int32Scalar>(1)));
  arrow::StringBuilder builder;
  Replacement replacement;
  Text parsed;
  const Regex* parsed_for = nullptr;
  std::string out;
  return ForEachRow(
      context, args, &builder,
      [&](int64_t row, Text text, const Regex& regex, RegexSearch* search) -> Status {
        const Text written = replacements[row];
        if (parsed_for != &regex || parsed != written || context.state == nullptr) {
          replacement.Parse(written, regex);
          parsed = written;
          parsed_for = &regex;
        }
        // The text before the position stays, and is not seen.
        const size_t begin = SkipCharacters(text, 0, int64_t{positions[row]} - 1);
        if (begin >= text.size() && positions[row] > 1) return AppendText(text, &builder);
        out.assign(text.substr(0, begin));
        ARROW_RETURN_NOT_OK(
            ReplaceAll(context, text.substr(begin), replacement, written, search, &out));
        return AppendText(out, &builder);
      },
      replacements, positions);
}

ColumnView<int32_t> GroupsOf(const Args& args) {
  return ColumnView<int32_t>(args.size() == 3 ? args[2]
                                              : Datum(std::make_shared<arrow::Int32Scalar>(1)));
}

Result<Datum> Extract(const KernelContext& context, const Args& args) {
  const ColumnView<int32_t> groups = GroupsOf(args);
  arrow::StringBuilder builder;
  return ForEachRow(
      context, args, &builder,
      [&](int64_t row, Text text, const Regex& regex, RegexSearch* search) -> Status {
        ARROW_RETURN_NOT_OK(search->Begin(text));
        ARROW_ASSIGN_OR_RAISE(const bool found, Next(context, search));
        if (!found) return builder.Append("");
        ARROW_RETURN_NOT_OK(CheckGroup(context, groups[row], regex));
        return AppendText(search->group(groups[row]).value_or(Text()), &builder);
      },
      groups);
}

// NULL where nothing matches, or the empty text does.
Result<Datum> Substring(const KernelContext& context, const Args& args) {
  arrow::StringBuilder builder;
  return ForEachRow(context, args, &builder,
                    [&](int64_t, Text text, const Regex&, RegexSearch* search) -> Status {
                      ARROW_RETURN_NOT_OK(search->Begin(text));
                      ARROW_ASSIGN_OR_RAISE(const bool found, Next(context, search));
                      if (!found || search->begin() == search->end()) return builder.AppendNull();
                      return AppendText(*search->group(0), &builder);
                    });
}

Result<Datum> Count(const KernelContext& context, const Args& args) {
  arrow::Int32Builder builder;
  return ForEachRow(context, args, &builder,
                    [&](int64_t, Text text, const Regex&, RegexSearch* search) -> Status {
                      ARROW_RETURN_NOT_OK(search->Begin(text));
                      int32_t count = 0;
                      while (true) {
                        ARROW_ASSIGN_OR_RAISE(const bool found, Next(context, search));
                        if (!found) return builder.Append(count);
                        ++count;
                      }
                    });
}

// Spark takes a group's number, and does nothing with it.
Result<Datum> Position(const KernelContext& context, const Args& args) {
  const ColumnView<int32_t> groups = GroupsOf(args);
  arrow::Int32Builder builder;
  return ForEachRow(
      context, args, &builder,
      [&](int64_t, Text text, const Regex&, RegexSearch* search) -> Status {
        ARROW_RETURN_NOT_OK(search->Begin(text));
        ARROW_ASSIGN_OR_RAISE(const bool found, Next(context, search));
        if (!found) return builder.Append(0);
        return builder.Append(
            static_cast<int32_t>(CountCharacters(text.substr(0, search->begin())) + 1));
      },
      groups);
}

// A builder of arrays of texts.
struct TextLists {
  explicit TextLists(const KernelContext& context)
      : values(std::make_shared<arrow::StringBuilder>()),
        lists(arrow::default_memory_pool(), values, context.type()) {}

  Status Add(Text text) { return AppendText(text, values.get()); }

  std::shared_ptr<arrow::StringBuilder> values;
  arrow::ListBuilder lists;
};

Result<Datum> ExtractAll(const KernelContext& context, const Args& args) {
  const ColumnView<int32_t> groups = GroupsOf(args);
  TextLists out(context);
  return ForEachRow(
      context, args, &out.lists,
      [&](int64_t row, Text text, const Regex& regex, RegexSearch* search) -> Status {
        ARROW_RETURN_NOT_OK(out.lists.Append());
        ARROW_RETURN_NOT_OK(search->Begin(text));
        while (true) {
          ARROW_ASSIGN_OR_RAISE(const bool found, Next(context, search));
          if (!found) return Status::OK();
          ARROW_RETURN_NOT_OK(CheckGroup(context, groups[row], regex));
          ARROW_RETURN_NOT_OK(out.Add(search->group(groups[row]).value_or(Text())));
        }
      },
      groups);
}

// An empty pattern splits characters off, as far as the limit goes.
Status SplitCharacters(Text text, int32_t limit, TextLists* out) {
  for (int32_t part = 1; !text.empty(); ++part) {
    const Text first = part == limit ? text : CharacterAt(text, 0);
    ARROW_RETURN_NOT_OK(out->Add(first));
    text.remove_prefix(first.size());
  }
  return Status::OK();
}

// As Java's String.split with a limit other than 0.
Status SplitAtMatches(const KernelContext& context, Text text, int32_t limit, RegexSearch* search,
                      TextLists* out) {
  ARROW_RETURN_NOT_OK(search->Begin(text));
  size_t begin = 0;
  for (int32_t part = 1; part != limit;) {
    ARROW_ASSIGN_OR_RAISE(const bool found, Next(context, search));
    if (!found) break;
    // No empty part comes of an empty match at the start.
    if (search->end() == 0) continue;
    ARROW_RETURN_NOT_OK(out->Add(text.substr(begin, search->begin() - begin)));
    begin = search->end();
    ++part;
  }
  return out->Add(text.substr(begin));
}

Result<Datum> Split(const KernelContext& context, const Args& args) {
  const ColumnView<Text> patterns(args[1]);
  const ColumnView<int32_t> limits(
      args.size() == 3 ? args[2] : Datum(std::make_shared<arrow::Int32Scalar>(-1)));
  TextLists out(context);
  return ForEachRow(
      context, args, &out.lists,
      [&](int64_t row, Text text, const Regex&, RegexSearch* search) -> Status {
        ARROW_RETURN_NOT_OK(out.lists.Append());
        const int32_t limit = limits[row];
        if (patterns[row].empty() && !text.empty()) return SplitCharacters(text, limit, &out);
        return SplitAtMatches(context, text, limit, search, &out);
      },
      limits, patterns);
}

}  // namespace

std::span<const NamedKernel> RegexKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"rlike", Matches, PrepareRegex},          {"regexp_replace", ReplaceMatches, PrepareRegex},
      {"regexp_extract", Extract, PrepareGroup}, {"regexp_extract_all", ExtractAll, PrepareGroup},
      {"regexp_count", Count, PrepareRegex},     {"regexp_substr", Substring, PrepareRegex},
      {"regexp_instr", Position, PrepareRegex},  {"split", Split, PrepareRegex},
  };
  return kKernels;
}

}  // namespace tarn::local
