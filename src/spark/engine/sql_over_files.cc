#include "spark/engine/sql_over_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/ascii.h"
#include "plan/file_columns.h"
#include "spark/job/job.h"
#include "sql/token_list.h"
#include "values/backticks.h"

namespace tarn::spark {
namespace {

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

}  // namespace

bool ReadsFilesOf(const pipeline::Source& source, const pipeline::Table& table) {
  const auto is_metadata = [](const auto& field) {
    return SameName(field->name(), kMetadataColumn);
  };
  const arrow::FieldVector& fields = source.schema->fields();
  return pipeline::Reads(table, source.name) && plan::MayReadFiles(*table.text) &&
         std::none_of(fields.begin(), fields.end(), is_metadata);
}

Result<std::string> SqlOverFiles(const plan::TablePlan& table,
                                 const std::vector<std::string>& sources,
                                 sql::DoubleQuotes double_quotes) {
  const std::string& written = table.table->text->sql;
  if (sources.empty()) return written;
  sql::TokenList tokens;
  if (tokens.Scan(written, double_quotes)) return Status::UnknownError("SQL that was parsed");
  int end = tokens.size();
  while (end > 0 && tokens.Is(end - 1, ";")) --end;
  Edits edits;
  NameInputFiles(tokens, &edits);
  ARROW_RETURN_NOT_OK(LeaveOutOfStars(table, &edits));
  std::string text;
  for (const std::string& source : sources) {
    text += text.empty() ? "WITH " : ", ";
    text += fmt::format("{} AS (SELECT * FROM {})", InBackticks(source),
                        InBackticks(ViewWithFiles(source)));
  }
  text += " (\n";
  int copied = 0;
  for (const auto& [begin, edit] : edits) {
    text += written.substr(copied, begin - copied) + edit.text;
    copied = edit.end;
  }
  const int written_end = end > 0 ? tokens[end - 1].end : 0;
  return text + written.substr(copied, written_end - copied) + "\n)";
}

}  // namespace tarn::spark
