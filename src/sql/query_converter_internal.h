#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sql/expr_converter_internal.h"

namespace tarn::sql {

/// \brief PostgreSQL's SELECT trees as ours; errors go into the context.
class QueryConverter {
 public:
  explicit QueryConverter(ParseContext* context) : context_(*context), exprs_(context) {}

  /// \param[in] select body of a SelectStmt.
  QueryPtr Convert(const Json& select);

 private:
  QueryPtr ConvertNested(const Json& select);
  Select ConvertSelect(const Json& select, Location* at);
  Union ConvertUnion(const Json& select, Location* at);
  SelectItem ConvertItem(const Json& target);
  std::vector<CommonTable> ConvertWith(const Json& with);
  CommonTable ConvertCommonTable(const Json& table);
  QueryPtr RenameColumns(QueryPtr query, const std::string& name,
                         std::vector<std::string> columns) const;
  std::optional<int64_t> ConvertLimit(const Json& select, Location* at);
  void RejectClauses(const Json& select, const Location& at);
  void RejectUnlocated(const Json& select, const Location& at);

  TableRefPtr ConvertTables(const Json& from);
  TableRefPtr ConvertTable(const Json& node);
  TableRefPtr ConvertNamedTable(const Json& range);
  TableRefPtr ConvertSubquery(const Json& range);
  TableRefPtr ConvertJoin(const Json& join);
  TableRefPtr RejectTable(std::string_view kind, const Json& node);
  void ConvertUsing(const Json& join, Join* out, Location* at);

  // Fills in `AS alias (columns)`, whose tokens follow token `after`.
  void ConvertAlias(const Json& range, int after, TableRef* table);

  ParseContext& context_;
  ExprConverter exprs_;
};

}  // namespace tarn::sql
