#include "spark/engine/sql_over_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/ascii.h"
#include "plan/file_columns.h"
#include "plan/table_of_changes.h"
#include "spark/job/job.h"
#include "sql/token_list.h"
#include "values/backticks.h"

namespace tarn::spark {
namespace {

constexpr std::string_view kWith = "WITH ";
constexpr std::string_view kAsQuery = " AS (\n";

// Text in the place of bytes of the SQL.
struct Edit {
  int end = 0;  // one past the last byte
  std::string text;
};
using Edits = std::map<int, Edit>;  // by first byte

// The names of columns of files, of all tables that have some.
std::string NamesOf(const std::vector<std::string>& qualifiers) {
  std::string names;
  for (const std::string& qualifier : qualifiers) {
    for (const char* const column : {kMetadataColumn, kInputFileColumn}) {
      names += names.empty() ? "" : ", ";
      names += (qualifier.empty() ? "" : InBackticks(qualifier) + ".") + InBackticks(column);
    }
  }
  return names;
}

Status LeaveOutOfStars(const plan::TablePlan& table, Edits* edits) {
  const std::string& written = table.table->text->sql;
  for (const plan::AllButFileColumns& all : table.all_but_file_columns) {
    const bool is_star = all.is_star && written[all.at.end - 1] == (all.has_except ? ')' : '*');
    if (!is_star) {
      return MakeError({sql::MakeDiagnostic(
          all.at, "on Spark, all columns of a source beside those of its files",
          "name the columns, in a subquery of FROM")});
    }
    const std::string names = NamesOf(all.qualifiers);
    const int place = all.has_except ? all.at.end - 1 : all.at.end;
    (*edits)[place] = {place, all.has_except ? ", " + names : fmt::format(" EXCEPT ({})", names)};
  }
  return Status::OK();
}

void NameInputFiles(const sql::TokenList& tokens, Edits* edits) {
  for (int i = 0; i < tokens.size(); ++i) {
    if (!tokens.Is(i, "input_file_name") || !tokens.Is(i + 1, "(") || !tokens.Is(i + 2, ")")) {
      continue;
    }
    (*edits)[tokens[i].begin] = {tokens[i + 2].end, InBackticks(kInputFileColumn)};
  }
}

// The text with its edits, up to the `;` that may end it.
std::string Edited(const std::string& written, const Edits& edits, const sql::TokenList& tokens) {
  int num_tokens = tokens.size();
  while (num_tokens > 0 && tokens.Is(num_tokens - 1, ";")) --num_tokens;
  std::string text;
  int copied = 0;
  for (const auto& [begin, edit] : edits) {
    text += written.substr(copied, begin - copied) + edit.text;
    copied = edit.end;
  }
  const int end = num_tokens > 0 ? tokens[num_tokens - 1].end : 0;
  return text + written.substr(copied, end - copied);
}

}  // namespace

bool ReadsFilesOf(const pipeline::Source& source, const pipeline::Table& table) {
  const auto is_metadata = [](const auto& field) {
    return SameName(field->name(), kMetadataColumn);
  };
  const arrow::FieldVector& fields = source.schema->fields();
  return pipeline::Reads(table, source.name) && plan::MayReadFiles(*table.text) &&
         std::none_of(fields.begin(), fields.end(), is_metadata);
}

int64_t OffsetOfSql(const pipeline::Table& table) {
  if (!table.changes) return 0;
  return static_cast<int64_t>(kWith.size() + InBackticks(plan::kChangesName).size() +
                              kAsQuery.size());
}

Result<std::string> SqlOverFiles(const plan::TablePlan& table,
                                 const std::vector<std::string>& sources,
                                 sql::DoubleQuotes double_quotes) {
  const std::string& written = table.table->text->sql;
  const bool has_changes = !table.sql_over_changes.empty();
  if (sources.empty() && !has_changes) return written;
  sql::TokenList tokens;
  if (tokens.Scan(written, double_quotes)) return Status::UnknownError("SQL that was parsed");
  Edits edits;
  if (!sources.empty()) {
    NameInputFiles(tokens, &edits);
    ARROW_RETURN_NOT_OK(LeaveOutOfStars(table, &edits));
  }
  std::string text(kWith);
  for (const std::string& source : sources) {
    text += fmt::format("{}{} AS (SELECT * FROM {})", source == sources.front() ? "" : ", ",
                        InBackticks(source), InBackticks(ViewWithFiles(source)));
  }
  if (has_changes) {
    text += (sources.empty() ? "" : ", ") + InBackticks(plan::kChangesName);
    text += kAsQuery;
  } else {
    text += " (\n";
  }
  text += Edited(written, edits, tokens) + "\n)";
  return has_changes ? text + "\n" + table.sql_over_changes : text;
}

}  // namespace tarn::spark
