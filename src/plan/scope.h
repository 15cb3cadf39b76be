#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "plan/diagnostics.h"
#include "plan/file_columns.h"
#include "plan/plan.h"
#include "sql/ast.h"

namespace tarn::plan {

/// \brief Whether a column is one of a source's files, which no star stands for.
enum class OfFile {
  kNo,
  kMetadata,         ///< `_metadata`
  kInputFile,        ///< what input_file_name() gives; it has no name
  kInputFileOfJoin,  ///< the same of rows that were joined, which Spark's choice of a join decides
};

/// \brief Which function made a column of windows of time.
enum class TimeWindow {
  kNone,     ///< another column, of whatever type
  kWindow,   ///< window()
  kSession,  ///< session_window(): where it is grouped by, its sessions are merged
};

/// \brief A column that SQL can name.
struct ScopeColumn {
  std::string qualifier;  ///< table or alias; empty for none
  std::string name;       ///< as defined; compared without case
  ExprPtr expr;  ///< over the relation; null when its definition had an error, already reported
  /// One side's column of a JOIN … USING: reached by its qualifier only, as the merged one has the
  /// name.
  bool merged_away = false;
  OfFile of_file = OfFile::kNo;
  TimeWindow time_window = TimeWindow::kNone;
  /// The query's own window() makes it, of the rows that WHERE leaves: no star stands for it.
  bool is_of_query = false;
  ExprPtr call = nullptr;  ///< of those, the window() as bound; null after an error

  bool is_hidden() const { return of_file != OfFile::kNo; }
};

/// \brief The columns that a clause sees.
struct Scope {
  std::vector<ScopeColumn> columns;
  /// False when a table could not be bound: a name that is missing may then be no error of its own.
  bool complete = true;
  /// Gets what takes all columns but those of files; null: there are none. Borrowed.
  std::vector<AllButFileColumns>* all_but_file_columns = nullptr;

  /// \brief Report that `at` takes all columns by other means than a star.
  void TakeAllAt(const sql::Location& at) const {
    if (all_but_file_columns != nullptr) all_but_file_columns->push_back({at});
  }
};

/// \brief Rows, and the names of their columns.
struct Relation {
  NodePtr node;
  Scope scope;  ///< its expressions are over `node`'s columns
};

/// \brief The columns that a dotted name may mean.
struct FoundColumns {
  std::vector<const ScopeColumn*> columns;  ///< none: unknown; several: ambiguous
  size_t num_parts =
      1;  ///< of the name that name the column: 2 with its table; the rest are fields
};

/// \brief As Spark does: `a.b…` is column b of table a when there is one, else column a.
FoundColumns FindColumns(const Scope& scope, const std::vector<std::string>& parts);

/// \brief The column, or the field of a column, that `ref` means.
/// \return null with an error reported for an unknown or ambiguous name; null without one when the
///   error was elsewhere.
/// \param[in] hint used for an unknown name that resembles no column.
ExprPtr ResolveColumn(const Scope& scope, const sql::ColumnRef& ref, const sql::Location& at,
                      const std::string& hint, Diagnostics* diagnostics);

/// \brief What `expr` is a column of; kNone of other expressions.
TimeWindow TimeWindowOf(const Scope& scope, const Expr& expr);

/// \brief Whether values of `type` have fields: a STRUCT has them, and an ARRAY of STRUCTs, whose
/// field is an ARRAY.
bool HasFields(const arrow::DataType& type);

/// \brief Field parts[first] of `value`, field parts[first + 1] of that, and so on.
/// \return null with an error reported when there is no such field, or nothing that has fields.
ExprPtr ResolveFields(ExprPtr value, const std::vector<std::string>& parts, size_t first,
                      const sql::Location& at, Diagnostics* diagnostics);

/// \brief What a star stands for, in order: columns, or the fields of a STRUCT.
std::vector<ScopeColumn> ExpandStar(const Scope& scope, const sql::Star& star,
                                    const sql::Location& at, Diagnostics* diagnostics);

}  // namespace tarn::plan
