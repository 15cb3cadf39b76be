#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/terminal.h"
#include "session/query.h"
#include "session/session.h"

namespace tarn::cli {

/// \brief What a query can name.
struct NamedRows {
  std::string name;
  std::string kind;  ///< "table": stored; "model": what the pipeline's SQL makes; or "source"
};

/// \brief Answers the queries of one `tarn query`, over the lake and the pipeline that it names.
class QueryRunner {
 public:
  /// \param[in] arguments borrowed
  /// \param[in] terminal borrowed; where warnings are printed
  static Result<std::unique_ptr<QueryRunner>> Open(const QueryArguments& arguments,
                                                   const Terminal& terminal);

  /// \brief Compute the query of `text`, over the tables that the lake has now.
  /// \return the errors of session::RunQuery
  Status Run(std::shared_ptr<const sql::Text> text, arrow::StopToken stop, session::RowSink* sink);

  /// \brief The columns of the rows that `text` asks for.
  /// \return the errors of session::DescribeQuery
  Result<std::shared_ptr<arrow::Schema>> Describe(std::shared_ptr<const sql::Text> text);

  /// \brief What a query can read by a name alone, by name, each once.
  Result<std::vector<NamedRows>> Names();

  /// \brief Whose clocks a TIMESTAMP shows.
  const TimeZone& zone() const;

  /// \brief What text in double quotes is.
  sql::DoubleQuotes double_quotes() const;

 private:
  QueryRunner(const QueryArguments& arguments, const Terminal& terminal)
      : arguments_(arguments), terminal_(terminal) {}

  Result<session::QueryTables> Tables();
  session::QueryRequest Request(std::shared_ptr<const sql::Text> text) const;
  storage::Storages* storages();
  const pipeline::Pipeline* pipeline() const;
  pipeline::Dialect dialect() const;

  const QueryArguments& arguments_;
  const Terminal& terminal_;
  storage::Storages of_environment_;           // for what no pipeline says the settings of
  std::unique_ptr<session::Session> session_;  // null: no pipeline
};

}  // namespace tarn::cli
