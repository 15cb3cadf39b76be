#include "values/csv_line.h"

#include <utility>

namespace tarn {
namespace {

constexpr char kQuote = '"';
constexpr char kQuoteEscape = '\\';

constexpr bool IsCsvBlank(char c) { return static_cast<unsigned char>(c) <= ' '; }

/// Reads the fields one after the other.
class CsvFields {
 public:
  CsvFields(std::string_view line, const CsvSyntax& syntax) : rest_(line), syntax_(syntax) {}

  /// \brief Take a field.
  std::optional<std::string> Take() {
    if (rest_.starts_with(syntax_.quote)) return TakeQuoted();
    const std::string_view field = TakeToSeparator();
    if (field.empty()) return std::nullopt;
    return std::string(field);
  }

  /// \brief Take the separator before another field.
  bool TakeSeparator() {
    if (!rest_.starts_with(syntax_.separator)) return false;
    rest_.remove_prefix(syntax_.separator.size());
    return true;
  }

 private:
  std::string_view TakeToSeparator() {
    const std::string_view field = rest_.substr(0, rest_.find(syntax_.separator));
    rest_.remove_prefix(field.size());
    return field;
  }

  // Where quotes are not escaped by quotes, two are one only where the field ends with them: before
  // other text they make all of the field plain.
  std::string TakeQuoted() {
    const auto [quote, escape] = std::pair(syntax_.quote, syntax_.escape);
    std::string field;
    size_t i = 1;
    bool after_quote = false;
    for (; i < rest_.size(); ++i) {
      const char c = rest_[i];
      const bool is_escaping =
          c == escape && i + 1 < rest_.size() && (rest_[i + 1] == quote || rest_[i + 1] == escape);
      if (c == quote && escape == quote && is_escaping && !after_quote) {
        field += rest_[++i];
      } else if (c == quote) {
        if (after_quote) field += c;
        after_quote = true;
      } else if (after_quote) {
        break;
      } else if (is_escaping) {
        field += rest_[++i];
      } else {
        field += c;
      }
    }
    rest_.remove_prefix(i);
    if (!after_quote) return field.empty() ? std::string(1, quote) : field;
    return AfterQuote(std::move(field));
  }

  // Blanks after the closing quote do not count; other text does, and so do the quotes then.
  std::string AfterQuote(std::string field) {
    const std::string_view before = rest_;
    while (!rest_.empty() && !rest_.starts_with(syntax_.separator) && IsCsvBlank(rest_[0])) {
      rest_.remove_prefix(1);
    }
    if (rest_.empty() || rest_.starts_with(syntax_.separator)) return field;
    rest_ = before;
    return syntax_.quote + std::move(field) + syntax_.quote + std::string(TakeToSeparator());
  }

  std::string_view rest_;
  const CsvSyntax& syntax_;
};

}  // namespace

std::vector<std::optional<std::string>> SplitCsvLine(std::string_view line,
                                                     const CsvSyntax& syntax) {
  std::vector<std::optional<std::string>> fields;
  if (line.empty()) return fields;
  CsvFields reader(line, syntax);
  do {
    fields.push_back(reader.Take());
  } while (reader.TakeSeparator());
  return fields;
}

std::string WrongFieldCountText(size_t num_fields, size_t num_wanted) {
  return std::to_string(num_fields) + (num_fields == 1 ? " field" : " fields") + ", not " +
         std::to_string(num_wanted);
}

void AppendCsvField(std::string_view field, std::string_view separator, bool is_first, bool always,
                    std::string* line) {
  const bool is_comment = is_first && field.starts_with('#');
  while (!field.empty() && IsCsvBlank(field.front())) field.remove_prefix(1);
  while (!field.empty() && IsCsvBlank(field.back())) field.remove_suffix(1);
  const bool has_special = field.find_first_of("\"\r\n") != std::string_view::npos ||
                           field.find(separator) != std::string_view::npos;
  if (!field.empty() && !always && !is_comment && !has_special) {
    *line += field;
    return;
  }
  *line += kQuote;
  for (const char c : field) {
    if (c == kQuote || c == kQuoteEscape) *line += kQuoteEscape;
    *line += c;
  }
  *line += kQuote;
}

}  // namespace tarn
