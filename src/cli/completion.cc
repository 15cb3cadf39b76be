#include "cli/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>

#include "base/ascii.h"
#include "base/printable_text.h"
#include "base/utf8.h"
#include "plan/functions.h"
#include "values/ddl_text.h"

namespace tarn::cli {
namespace {

using Words = std::vector<std::string>;

constexpr size_t kListedMax = 200;

constexpr std::string_view kKeywords[] = {
    "all",     "and",       "anti",        "any",       "array",      "as",
    "asc",     "between",   "bigint",      "binary",    "boolean",    "by",
    "case",    "cast",      "cluster",     "cross",     "cube",       "current",
    "date",    "decimal",   "desc",        "distinct",  "distribute", "double",
    "else",    "end",       "escape",      "except",    "exclude",    "exists",
    "extract", "false",     "filter",      "first",     "float",      "following",
    "from",    "full",      "group",       "grouping",  "having",     "ignore",
    "ilike",   "in",        "inner",       "int",       "intersect",  "interval",
    "is",      "join",      "last",        "lateral",   "left",       "like",
    "limit",   "map",       "minus",       "natural",   "not",        "null",
    "nulls",   "offset",    "on",          "or",        "order",      "outer",
    "over",    "partition", "pivot",       "preceding", "qualify",    "range",
    "respect", "right",     "rlike",       "rollup",    "row",        "rows",
    "select",  "semi",      "sets",        "smallint",  "sort",       "string",
    "struct",  "table",     "tablesample", "then",      "timestamp",  "timestamp_ntz",
    "tinyint", "true",      "try_cast",    "unbounded", "union",      "unpivot",
    "using",   "values",    "view",        "when",      "where",      "window",
    "with",    "within"};

// Files as tables; plan::ListFunctions has those of rows.
constexpr std::string_view kFileFunctions[] = {"read_csv(", "read_json(", "read_parquet("};

bool StartsWith(std::string_view word, std::string_view begun) {
  return word.size() >= begun.size() && SameName(word.substr(0, begun.size()), begun);
}

void Sort(Words* words) {
  std::sort(words->begin(), words->end());
  words->erase(std::unique(words->begin(), words->end()), words->end());
}

// A word of the language in the case in which it was begun.
std::string InCaseOf(std::string_view begun, std::string_view word) {
  const bool is_upper = std::any_of(begun.begin(), begun.end(), IsLetter) &&
                        std::none_of(begun.begin(), begun.end(),
                                     [](char c) { return IsLetter(c) && c == ToLower(c); });
  std::string cased(word);
  if (is_upper) std::transform(cased.begin(), cased.end(), cased.begin(), ToUpper);
  return cased;
}

std::string InQuotes(const std::string& name, char quote) {
  std::string quoted(1, quote);
  for (const char c : name) quoted.append(c == quote ? 2 : 1, c);
  return quoted + quote;
}

void AddLanguage(std::string_view begun, Words* words) {
  for (const std::string_view keyword : kKeywords) {
    if (StartsWith(keyword, begun)) words->push_back(InCaseOf(begun, keyword));
  }
  for (const plan::FunctionName& known : plan::ListFunctions()) {
    const bool is_word = std::all_of(known.name.begin(), known.name.end(), IsWordByte);
    if (is_word && StartsWith(known.name, begun)) {
      words->push_back(InCaseOf(begun, known.name) + "(");
    }
  }
}

// Names that begin so; one that needs quotes has them.
void AddNames(std::string_view begun, const Words& names, Words* words) {
  for (const std::string& name : names) {
    if (StartsWith(name, begun)) words->push_back(DdlNameOf(name));
  }
}

// The tables among `tables` that the statement names.
Words TablesNamed(std::string_view before, std::string_view after, sql::DoubleQuotes double_quotes,
                  const Words& tables) {
  Words named;
  for (const std::string_view part : {before, after}) {
    sql::TokenList tokens;
    tokens.Scan(part, double_quotes);
    for (int i = 0; i < tokens.size(); ++i) {
      const std::string name = tokens.NameOf(i);
      for (const std::string& table : tables) {
        if (SameName(table, name)) named.push_back(table);
      }
    }
  }
  Sort(&named);
  return named;
}

Words ColumnsOf(const Words& tables, CompletionNames* names) {
  Words columns;
  for (const std::string& table : tables) {
    const Words of_table = names->Columns(table);
    columns.insert(columns.end(), of_table.begin(), of_table.end());
  }
  return columns;
}

// Files and folders, which end with `/`; what needs escapes in a string is left out.
Completion CompletePath(std::string_view begun, std::string_view after, char quote,
                        const std::string& folder) {
  const size_t slash = begun.rfind('/');
  const size_t num_folder = slash == std::string_view::npos ? 0 : slash + 1;
  const std::string_view name = begun.substr(num_folder);
  std::string parent(begun.substr(0, num_folder));
  if (!parent.starts_with('/')) parent = folder + parent;
  Completion completion{name.size(), {}, /*is_path=*/true};
  std::error_code error;
  std::filesystem::directory_iterator entry(parent.empty() ? "." : parent, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::string file = entry->path().filename().string();
    const bool is_hidden = file.starts_with('.') && !name.starts_with('.');
    if (!file.starts_with(name) || is_hidden) continue;
    if (file.find_first_of("'\"`\\") != std::string::npos || !IsUtf8(file) ||
        FindControlCharacter(file) != std::string_view::npos) {
      continue;
    }
    std::error_code unknown;
    if (entry->is_directory(unknown)) {
      file += '/';
    } else if (!after.starts_with(quote)) {
      file += quote;
    }
    completion.candidates.push_back(std::move(file));
  }
  Sort(&completion.candidates);
  return completion;
}

// The word that ends at the cursor: where it begins, and the token before it.
struct Begun {
  std::string_view word;
  int before = -1;  // index of the token; -1: none
};

Begun BegunAt(std::string_view text, const sql::TokenList& tokens) {
  const int last = tokens.size() - 1;
  if (last < 0) return {};
  const bool touches = static_cast<size_t>(tokens[last].end) == text.size();
  if (!touches || tokens[last].kind != sql::Token::Kind::kName) return {{}, last};
  return {tokens.TextOf(last), last - 1};
}

// Whether the quote that is open holds a path: any text may, and the name of a file as a table.
bool HoldsPath(char quote, const sql::TokenList& tokens, sql::DoubleQuotes double_quotes) {
  if (quote == '\'') return true;
  if (quote == '"' && double_quotes == sql::DoubleQuotes::kStrings) return true;
  const int format = tokens.size() - 2;
  return tokens.Is(format + 1, ".") &&
         (tokens.Is(format, "parquet") || tokens.Is(format, "json") || tokens.Is(format, "csv"));
}

// The name of a table or column, in a quote that is open.
Completion CompleteQuotedName(std::string_view begun, char quote, const Words& names) {
  Completion completion{begun.size() + 1};
  for (const std::string& name : names) {
    if (StartsWith(name, begun)) completion.candidates.push_back(InQuotes(name, quote));
  }
  Sort(&completion.candidates);
  return completion;
}

}  // namespace

std::string Completion::CommonStart() const {
  if (candidates.empty()) return "";
  const std::string& first = candidates.front();
  size_t size = first.size();
  for (const std::string& other : candidates) {
    size = std::min(size, other.size());
    while (!SameName(first.substr(0, size), other.substr(0, size))) --size;
  }
  while (size < first.size() && (first[size] & 0xC0) == 0x80) --size;  // within a character
  return first.substr(0, size);
}

std::string Completion::Listing(size_t width) const {
  const size_t num_listed = std::min(candidates.size(), kListedMax);
  size_t widest = 0;
  for (size_t i = 0; i < num_listed; ++i) {
    widest = std::max(widest, DisplayWidth(Printable(candidates[i])));
  }
  const size_t column_width = widest + 2;
  const size_t num_columns = std::max<size_t>(1, width / column_width);
  const size_t num_rows = (num_listed + num_columns - 1) / num_columns;
  std::string text;
  for (size_t row = 0; row < num_rows; ++row) {
    std::string line;
    for (size_t i = row; i < num_listed; i += num_rows) {
      const std::string cell = Printable(candidates[i]);
      const bool is_last = i + num_rows >= num_listed;
      line += cell;
      if (!is_last) line.append(column_width - DisplayWidth(cell), ' ');
    }
    text += CutToWidth(line, width) + "\n";
  }
  const size_t num_others = candidates.size() - num_listed;
  return num_others == 0 ? text : text + fmt::format("… {} more\n", num_others);
}

Completion Completion::Of(std::string_view begun, const std::vector<std::string>& words) {
  Completion completion{begun.size()};
  std::copy_if(words.begin(), words.end(), std::back_inserter(completion.candidates),
               [&](const std::string& word) { return StartsWith(word, begun); });
  Sort(&completion.candidates);
  return completion;
}

Completion CompleteSql(std::string_view before, std::string_view after,
                       sql::DoubleQuotes double_quotes, const std::string& folder,
                       CompletionNames* names) {
  sql::TokenList tokens;
  const std::optional<sql::LexicalError> open = tokens.Scan(before, double_quotes);
  const char quote = open ? before[open->begin] : ' ';
  if (quote == '/') return {};  // a comment
  const std::string_view quoted = open ? before.substr(open->begin + 1) : "";
  if (open && HoldsPath(quote, tokens, double_quotes)) {
    return CompletePath(quoted, after, quote, folder);
  }
  const Words tables = names->Tables();
  const Words columns = ColumnsOf(TablesNamed(before, after, double_quotes, tables), names);
  Words both = tables;
  both.insert(both.end(), columns.begin(), columns.end());
  if (open) return CompleteQuotedName(quoted, quote, both);
  const Begun begun = BegunAt(before, tokens);
  Completion completion{begun.word.size()};
  Words* const found = &completion.candidates;
  if (tokens.Is(begun.before, ".")) {
    const std::string table = tokens.NameOf(begun.before - 1);
    const Words of_table = names->Columns(table);
    AddNames(begun.word, of_table.empty() ? columns : of_table, found);
  } else if (tokens.Is(begun.before, "from") || tokens.Is(begun.before, "join")) {
    AddNames(begun.word, tables, found);
    for (const std::string_view function : kFileFunctions) {
      if (StartsWith(function, begun.word)) found->push_back(InCaseOf(begun.word, function));
    }
  } else {
    AddNames(begun.word, both, found);
    if (!begun.word.empty()) AddLanguage(begun.word, found);
  }
  Sort(found);
  return completion;
}

}  // namespace tarn::cli
