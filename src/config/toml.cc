#include "config/toml.h"

#include <algorithm>

#include "config/toml_string_internal.h"

#define TOML_EXCEPTIONS 0
#define TOML_MAX_NESTED_VALUES 16
#define TOML_ENABLE_FORMATTERS 0
// Some of its assertions fail on broken input, which it goes on to report.
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>

namespace tarn {
namespace {

constexpr size_t kDocumentSizeMax = 1 << 20;
constexpr int kDotsPerLineMax = 50;

class TreeBuilder {
 public:
  explicit TreeBuilder(std::shared_ptr<const ConfigText> text) : text_(std::move(text)) {
    const std::string& document = text_->text;
    for (size_t i = 0; i < document.size(); ++i) {
      if (document[i] == '\n') line_begins_.push_back(i + 1);
    }
  }

  ConfigLocation Locate(const toml::source_position& position, size_t length) const {
    const std::string& document = text_->text;
    size_t line = std::clamp<size_t>(position.line, 1, line_begins_.size());
    size_t begin = line_begins_[line - 1];
    for (size_t column = 1; column < position.column && begin < document.size(); ++column) {
      begin = NextCharacter(begin);
    }
    return {text_, begin, std::min(begin + length, document.size())};
  }

  ConfigValue Build(const toml::node& node) const {
    ConfigValue value;
    value.at = Locate(node.source().begin, 1);
    switch (node.type()) {
      case toml::node_type::table:
        value.data = BuildTable(*node.as_table());
        return value;
      case toml::node_type::array:
        value.data = BuildArray(*node.as_array());
        return value;
      case toml::node_type::string:
        value.data = BuildString(node.as_string()->get(), &value.at);
        return value;
      case toml::node_type::integer:
        value.data = node.as_integer()->get();
        break;
      case toml::node_type::boolean:
        value.data = node.as_boolean()->get();
        break;
      case toml::node_type::floating_point:
        value.data = node.as_floating_point()->get();
        break;
      case toml::node_type::time:
        value.data = ConfigValue::Other{"a time"};
        break;
      default:
        value.data = ConfigValue::Other{"a date"};
        break;
    }
    size_t end = text_->text.find_first_of(",]}# \t\r\n", value.at.begin);
    value.at.end = std::min(end, text_->text.size());
    return value;
  }

 private:
  ConfigValue::Table BuildTable(const toml::table& table) const {
    ConfigValue::Table entries;
    for (const auto& [key, node] : table) {
      ConfigEntry entry;
      entry.key = key.str();
      entry.key_at = Locate(key.source().begin, key.str().size());
      entry.value = Build(node);
      entries.push_back(std::move(entry));
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.key_at.begin < b.key_at.begin; });
    return entries;
  }

  ConfigValue::Array BuildArray(const toml::array& array) const {
    ConfigValue::Array values;
    for (const toml::node& node : array) values.push_back(Build(node));
    return values;
  }

  // toml++ has the last word on the value; our own decoding adds where each byte stands.
  ConfigString BuildString(const std::string& value, ConfigLocation* at) const {
    ConfigString string = DecodeTomlString(text_->text, at->begin, &at->end);
    if (string.value != value) string = {value, std::vector<size_t>(value.size(), at->begin)};
    return string;
  }

  size_t NextCharacter(size_t offset) const {
    const std::string& document = text_->text;
    do {
      ++offset;
    } while (offset < document.size() && (static_cast<uint8_t>(document[offset]) & 0xC0) == 0x80);
    return offset;
  }

  const std::shared_ptr<const ConfigText> text_;
  std::vector<size_t> line_begins_ = {0};
};

Status MakeTomlError(const std::shared_ptr<const ConfigText>& text, size_t offset,
                     std::string message, std::string hint) {
  return MakeError(
      {MakeDiagnostic({text, offset, offset + 1}, "", std::move(message), std::move(hint))});
}

// Refuses what toml++ 3.3 does not bear: keys nested by the thousand, which it frees by recursion,
// and letters such as U+00E4 outside of strings and comments. TOML does not allow the latter, but
// toml++'s test for blanks has undefined behaviour on some.
Status CheckDocument(const std::shared_ptr<const ConfigText>& text) {
  const std::string_view document = text->text;
  if (document.size() > kDocumentSizeMax) {
    return MakeTomlError(text, 0, "the file is larger than 1 MiB",
                         "is it the file that was meant?");
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  size_t i = document.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  int num_dots = 0;
  while (i < document.size()) {
    const char c = document[i];
    if (c == '#') {
      i = std::min(document.find('\n', i), document.size());
      continue;
    }
    if (c == '"' || c == '\'') {
      DecodeTomlString(document, i, &i);
      continue;
    }
    if (static_cast<uint8_t>(c) >= 0x80) {
      return MakeTomlError(text, i, "this character can stand only in a string or a comment",
                           "put the key or value in quotes");
    }
    num_dots = c == '\n' ? 0 : num_dots + (c == '.' ? 1 : 0);
    if (num_dots > kDotsPerLineMax) {
      return MakeTomlError(text, i, "there are too many dots in one line", "shorten the key");
    }
    ++i;
  }
  return Status::OK();
}

}  // namespace

Result<ConfigValue> ParseToml(std::shared_ptr<const ConfigText> text) {
  ARROW_RETURN_NOT_OK(CheckDocument(text));
  TreeBuilder builder(text);
  toml::parse_result parsed = toml::parse(std::string_view(text->text));
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return MakeTomlError(text, builder.Locate(error.source().begin, 1).begin,
                         std::string(error.description()),
                         "this is not valid TOML; see https://toml.io");
  }
  return builder.Build(parsed.table());
}

}  // namespace tarn
