#include "local/kernels/json_path.h"

#include "base/parse_number.h"
#include "local/kernels/json_text_internal.h"

namespace tarn::local {
namespace {

constexpr std::string_view kBlanks = " \t\n\r\f\v";

std::string_view SkipBlanks(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

// Take `word` from the start of `text`, after blanks.
bool TakeAfterBlanks(std::string_view word, std::string_view* text) {
  const std::string_view rest = SkipBlanks(*text);
  if (!rest.starts_with(word)) return false;
  *text = rest.substr(word.size());
  return true;
}

bool TakeByte(char c, std::string_view* text) {
  if (!text->starts_with(c)) return false;
  text->remove_prefix(1);
  return true;
}

// Take what goes on up to one of `ends`, without the blanks before it; it may not be empty.
bool TakeUntil(std::string_view ends, std::string* taken, std::string_view* text) {
  const std::string_view rest = SkipBlanks(*text);
  const size_t end = std::min(rest.find_first_of(ends), rest.size());
  if (end == 0) return false;
  *taken = rest.substr(0, end);
  *text = rest.substr(end);
  return true;
}

bool TakeIndex(int64_t* index, std::string_view* text) {
  const std::string_view rest = SkipBlanks(*text);
  const size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
  if (end == 0) return false;
  const std::optional<int64_t> number = ParseNumber<int64_t>(rest.substr(0, end));
  if (!number) return false;
  *index = *number;
  *text = rest.substr(end);
  return true;
}

}  // namespace

// Blanks may stand where Spark's parser skips them: before words, names and numbers, not before
// single characters.
std::optional<JsonPath> JsonPath::Parse(std::string_view text) {
  using Kind = Step::Kind;
  JsonPath path;
  path.text_ = text;
  if (!TakeByte('$', &text)) return std::nullopt;
  while (!SkipBlanks(text).empty()) {
    Step& step = path.steps_.emplace_back();
    std::string_view rest = text;
    if (TakeAfterBlanks(".*", &rest) || TakeAfterBlanks("['*']", &rest)) {
      step.kind = Kind::kMembers;
    } else if (TakeByte('.', &rest)) {
      if (!TakeUntil(".[", &step.name, &rest)) return std::nullopt;
    } else if (TakeAfterBlanks("['", &rest)) {
      if (!TakeUntil("'", &step.name, &rest) || !TakeAfterBlanks("']", &rest)) return std::nullopt;
    } else if (TakeByte('[', &rest)) {
      const bool is_all = TakeByte('*', &rest);
      step.kind = is_all ? Kind::kElements : Kind::kIndex;
      if (!is_all && !TakeIndex(&step.index, &rest)) return std::nullopt;
      if (!TakeByte(']', &rest)) return std::nullopt;
    } else {
      return std::nullopt;
    }
    text = rest;
  }
  return path;
}

/// \brief One search, which follows Spark's case by case: what it writes depends on the wildcards
/// that it came through.
class JsonPathSearch {
 public:
  /// What is written of a value at the path's end.
  enum class Style {
    kRaw,      ///< a string without its quotes
    kQuoted,   ///< JSON, as an element of an array
    kFlatten,  ///< the elements of arrays, whatever their depth
  };

  /// A value that is being written: between two of an array there are commas.
  struct Output {
    std::string* text;
    WidePairs pairs;
    bool has_elements = false;
  };

  JsonPathSearch(const JsonPath& path, const json::Document& document)
      : steps_(path.steps_), document_(document) {}

  /// \brief Write what the steps from `step` on find in `node`.
  /// \return whether they find anything; there may be text even if not
  bool Find(size_t node, size_t step, Style style, Output* out) {
    const json::ValueKind kind = document_.nodes()[node].kind();
    if (step == steps_.size()) return Write(node, style, out);
    const JsonPath::Step& wanted = steps_[step];
    if (kind == json::ValueKind::kObject && wanted.kind == Kind::kName) {
      return FindMember(node, step, style, out);
    }
    if (kind != json::ValueKind::kArray) return false;
    const bool next_is_all = IsElements(step + 1);
    if (wanted.kind == Kind::kIndex) {
      return FindElement(node, step, next_is_all ? Style::kQuoted : style, out);
    }
    if (wanted.kind != Kind::kElements) return false;
    if (next_is_all) return FindAll(node, step + 2, Style::kFlatten, out);
    if (style == Style::kQuoted) return FindAll(node, step + 1, Style::kQuoted, out);
    return FindOneOrAll(node, step + 1, style == Style::kRaw ? Style::kQuoted : style, out);
  }

  /// \brief Whether something that was found is no text.
  bool has_failed() const { return has_failed_; }

 private:
  using Kind = JsonPath::Step::Kind;

  bool IsElements(size_t step) const {
    return step < steps_.size() && steps_[step].kind == Kind::kElements;
  }

  static void BeginElement(Output* out) {
    if (out->has_elements) *out->text += ',';
    out->has_elements = true;
  }

  bool Write(size_t node, Style style, Output* out) {
    const json::Document::Node& found = document_.nodes()[node];
    if (found.kind() == json::ValueKind::kString && style == Style::kRaw) {
      has_failed_ = has_failed_ || HasHalfPair(found.text());
      *out->text += found.text();
      return true;
    }
    if (found.kind() == json::ValueKind::kArray && style == Style::kFlatten) {
      bool is_found = false;
      document_.ForEachChild(node, [&](size_t child) { is_found |= Write(child, style, out); });
      return is_found;
    }
    BeginElement(out);
    AppendJsonNode(document_, node, out->pairs, out->text);
    return true;
  }

  // The first one of the name in which there is something.
  bool FindMember(size_t node, size_t step, Style style, Output* out) {
    bool is_found = false;
    document_.ForEachChild(node, [&](size_t child) {
      const json::Document::Node& member = document_.nodes()[child];
      if (is_found || member.key != steps_[step].name) return;
      is_found = member.kind() != json::ValueKind::kNull && Find(child, step + 1, style, out);
    });
    return is_found;
  }

  bool FindElement(size_t node, size_t step, Style style, Output* out) {
    int64_t position = 0;
    bool is_found = false;
    document_.ForEachChild(node, [&](size_t child) {
      if (position++ == steps_[step].index) is_found = Find(child, step + 1, style, out);
    });
    return is_found;
  }

  bool FindAll(size_t node, size_t step, Style style, Output* out) {
    BeginElement(out);
    *out->text += '[';
    Output elements = {out->text, out->pairs};
    bool is_found = false;
    document_.ForEachChild(node,
                           [&](size_t child) { is_found |= Find(child, step, style, &elements); });
    *out->text += ']';
    return is_found;
  }

  // An array, or what is in it when one element has something. Spark gathers it by another writer.
  bool FindOneOrAll(size_t node, size_t step, Style style, Output* out) {
    std::string text;
    Output elements = {&text, WidePairs::kPlain};
    int num_found = 0;
    document_.ForEachChild(
        node, [&](size_t child) { num_found += Find(child, step, style, &elements) ? 1 : 0; });
    if (num_found == 0) return false;
    BeginElement(out);
    *out->text += num_found > 1 ? '[' + text + ']' : text;
    return true;
  }

  const std::vector<JsonPath::Step>& steps_;
  const json::Document& document_;
  bool has_failed_ = false;
};

bool JsonPath::Find(const json::Document& document, std::string* out) const {
  JsonPathSearch search(*this, document);
  JsonPathSearch::Output output = {out, WidePairs::kEscaped};
  return search.Find(0, 0, JsonPathSearch::Style::kRaw, &output) && !search.has_failed();
}

}  // namespace tarn::local
