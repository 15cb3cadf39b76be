#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/completion.h"
#include "cli/line_source.h"
#include "cli/query_runner.h"
#include "cli/row_format.h"
#include "cli/table_text.h"
#include "cli/terminal.h"

namespace tarn::cli {

/// \brief Queries asked one after the other: takes statements line by line, each to its `;`, and
/// prints their rows; lines that begin with a dot are commands of the shell itself. An error is
/// printed and the next statement awaited.
class Shell : private CompletionNames {
 public:
  /// \param[in] queries borrowed
  /// \param[in] format of text, in which rows are printed at first
  /// \param[in] console borrowed
  Shell(QueryRunner* queries, RowFormat format, const Console& console);

  /// \brief Take lines until there are no more, or one says so.
  /// \return kFailed when nothing can be printed any more
  Status Run(LineSource* lines);

  /// \brief Complete a line, which goes on with what was typed of its statement before.
  Completion Complete(std::string_view before, std::string_view after);

 private:
  struct DotCommand;

  static const std::vector<DotCommand>& DotCommands();
  static std::vector<std::string> DotNames();

  void TakeLine(const std::string& line, LineSource* lines);
  void TakeStatements(LineSource* lines);
  Status RunDotCommand(std::string_view line);
  Status RunQuery(std::string statement);
  Status Help(const std::string& argument);
  Status ShowNames(const std::string& argument);
  Status ShowColumns(const std::string& table);
  Status SetMode(const std::string& word);
  Status Quit(const std::string& argument);
  Status Print(const TextTable& table);
  bool Report(const Status& status);
  Result<std::shared_ptr<arrow::Schema>> Describe(const std::string& table);

  std::vector<std::string> Tables() override;
  std::vector<std::string> Columns(const std::string& table) override;

  QueryRunner& queries_;
  RowFormat format_;
  const Console& console_;
  std::string pending_;  // lines of a statement that has not ended
  bool has_quit_ = false;
  // What was found out for completion since the last statement.
  std::optional<std::vector<std::string>> tables_;
  std::map<std::string, std::vector<std::string>> columns_;
};

}  // namespace tarn::cli
