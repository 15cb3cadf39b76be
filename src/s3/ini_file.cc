#include "s3/ini_file.h"

#include <arrow/util/string.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/utf8.h"

namespace tarn::s3 {
namespace {

using Lines = std::vector<std::string>;
using RawSection = std::map<std::string, Lines>;  // lines of each value

// The bytes of the character at the begin of `text` if Python takes it for a space, else 0.
size_t SpaceBytes(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = static_cast<unsigned char>(text[0]);
  if (byte == ' ' || (byte >= 9 && byte <= 13) || (byte >= 28 && byte <= 31)) return 1;
  for (const std::string_view space : {"\u0085", "\u00a0"}) {
    if (text.starts_with(space)) return space.size();
  }
  if (byte < 0xe1 || byte > 0xe3) return 0;
  for (const std::string_view space :
       {"\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007",
        "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"}) {
    if (text.starts_with(space)) return space.size();
  }
  return 0;
}

// Characters of space that a line begins with; their bytes are taken off it.
int TakeIndent(std::string_view* line) {
  int indent = 0;
  for (size_t bytes = SpaceBytes(*line); bytes > 0; bytes = SpaceBytes(*line)) {
    line->remove_prefix(bytes);
    ++indent;
  }
  return indent;
}

std::string_view Trimmed(std::string_view text) {
  TakeIndent(&text);
  size_t end = text.size();
  for (size_t at = end; at > 0;) {
    --at;
    if ((static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) continue;  // within a character
    const size_t bytes = SpaceBytes(text.substr(at, end - at));
    if (bytes != end - at) break;
    end = at;
  }
  return text.substr(0, end);
}

Status Refused(int line, const std::string& why) {
  return MakeError(ErrorKind::kBadInput, fmt::format("line {}: {}", line, why));
}

// RawConfigParser._read.
class Parser {
 public:
  Status Add(std::string_view line, int number) {
    const std::string_view value = Trimmed(line);
    const bool is_comment = value.starts_with('#') || value.starts_with(';');
    if (value.empty() || is_comment) {
      if (!is_comment && option_ != nullptr) option_->emplace_back();
      return Status::OK();
    }
    const int indent = TakeIndent(&line);
    if (option_ != nullptr && indent > indent_) {
      option_->emplace_back(value);
      return Status::OK();
    }
    indent_ = indent;
    const size_t end = value.rfind(']');
    if (value[0] == '[' && end != std::string_view::npos && end > 1) {
      return BeginSection(std::string(value.substr(1, end - 1)), number);
    }
    if (section_ == nullptr) return Refused(number, "no [section] precedes it");
    return AddOption(value, number);
  }

  Result<std::vector<std::pair<std::string, IniSection>>> Finish() {
    std::vector<std::pair<std::string, IniSection>> sections;
    for (const std::string& name : order_) {
      RawSection all = sections_[name];
      all.insert(defaults_.begin(), defaults_.end());
      IniSection section;
      for (auto& [key, lines] : all) ARROW_RETURN_NOT_OK(AddValue(name, key, lines, &section));
      sections.emplace_back(name, std::move(section));
    }
    return sections;
  }

 private:
  Status BeginSection(const std::string& name, int number) {
    option_ = nullptr;
    name_ = name;
    if (name == "DEFAULT") {
      section_ = &defaults_;
      return Status::OK();
    }
    if (sections_.count(name) > 0) {
      return Refused(number, fmt::format("[{}] is there twice; merge the two sections", name));
    }
    section_ = &sections_[name];
    order_.push_back(name);
    return Status::OK();
  }

  Status AddOption(std::string_view value, int number) {
    const size_t sign = value.find_first_of("=:");
    const std::string_view key = Trimmed(value.substr(0, sign));
    if (sign == std::string_view::npos || key.empty()) {
      return Refused(number, "neither [section] nor key = value");
    }
    const std::string name = arrow::internal::AsciiToLower(key);
    if (!seen_.emplace(name_, name).second) {
      return Refused(number, fmt::format("{} is set twice in [{}]", name, name_));
    }
    option_ = &(*section_)[name];
    *option_ = {std::string(Trimmed(value.substr(sign + 1)))};
    return Status::OK();
  }

  static Status AddValue(const std::string& section_name, const std::string& key,
                         const Lines& lines, IniSection* section) {
    std::string text = lines[0];
    for (size_t i = 1; i < lines.size(); ++i) text += "\n" + lines[i];
    const std::string_view kept = Trimmed(text);  // spaces before it, which are new lines, stay
    text.resize(kept.empty() ? 0 : static_cast<size_t>(kept.data() + kept.size() - text.data()));
    if (!text.starts_with('\n')) {
      section->values[key] = text;
      return Status::OK();
    }
    auto& nested = section->nested[key];
    for (const std::string& line : lines) {
      if (line.empty()) continue;
      const size_t sign = line.find('=');
      if (sign == std::string::npos) {
        return MakeError(ErrorKind::kBadInput, fmt::format("[{}] has a line without = below {}: {}",
                                                           section_name, key, line));
      }
      const std::string_view view = line;
      nested[std::string(Trimmed(view.substr(0, sign)))] = Trimmed(view.substr(sign + 1));
    }
    return Status::OK();
  }

  std::map<std::string, RawSection> sections_;
  std::vector<std::string> order_;
  RawSection defaults_;
  std::set<std::pair<std::string, std::string>> seen_;  // section, key
  std::string name_;                                    // of the section
  RawSection* section_ = nullptr;
  Lines* option_ = nullptr;
  int indent_ = 0;
};

}  // namespace

std::string IniSection::Get(const std::string& key) const {
  const auto found = values.find(key);
  return found == values.end() ? "" : found->second;
}

void IniSection::Update(const IniSection& other) {
  for (const auto& [key, value] : other.values) {
    values[key] = value;
    nested.erase(key);
  }
  for (const auto& [key, value] : other.nested) {
    nested[key] = value;
    values.erase(key);
  }
}

Result<std::vector<std::pair<std::string, IniSection>>> ParseIni(std::string_view text) {
  if (!IsUtf8(text)) return MakeError(ErrorKind::kBadInput, "it is not UTF-8");
  if (text.starts_with("\ufeff")) {
    return MakeError(ErrorKind::kBadInput,
                     "it begins with a byte-order mark; save it as UTF-8 without one");
  }
  Parser parser;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find_first_of("\r\n"), text.size());
    ARROW_RETURN_NOT_OK(parser.Add(text.substr(0, end), number));
    const size_t mark = text.substr(end, 2) == "\r\n" ? 2 : 1;
    text.remove_prefix(std::min(end + mark, text.size()));
  }
  return parser.Finish();
}

}  // namespace tarn::s3
