#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "local/batch/batch.h"
#include "local/expr/compiled_expr.h"
#include "plan/plan.h"
#include "storage/storage.h"

namespace tarn::local {

/// \brief The columns of a source that are the same in all records of a file, and the rest of what
/// is read of it. Threads: any number at once.
class FileColumns {
 public:
  /// \param[in] source borrowed
  /// \param[in] of_folders engine::FolderColumns
  FileColumns(const plan::SourcePlan& source, std::vector<int> of_folders);

  /// \brief Whether the plan reads none.
  bool empty() const { return columns_.empty(); }

  /// \brief What is read of the records themselves: all of them, where what did not fit is asked
  /// for. Its filter is the source's, or none where that asks for columns of files, or for what did
  /// not fit.
  const plan::SourcePlan& of_records() const { return of_records_; }

  /// \brief Columns of the source's schema, by index, that folders have.
  const std::vector<int>& of_folders() const { return of_folders_; }

  /// \brief Whether rows of several files cannot be completed together.
  bool needs_one_file() const { return needs_one_file_; }

  /// \brief The source's rows of several files; not where needs_one_file().
  /// \param[in] paths by row of `rows`, of its file
  Result<BatchPtr> Complete(const BatchPtr& rows, const std::vector<std::string_view>& paths) const;

  /// \brief The source's rows: with the columns of the file, and filtered.
  /// \param[in] rows of the file, as of_records() puts them out
  Result<BatchPtr> Complete(const BatchPtr& rows, const storage::ObjectInfo& file) const;

 private:
  void PlanRecords();
  std::vector<int> ColumnsWanted() const;
  bool IsPath(int column) const;  // of the source's plan
  Result<BatchPtr> Select(const BatchPtr& rows, const storage::ObjectInfo& file,
                          const std::vector<int>& columns) const;
  Result<std::shared_ptr<arrow::Scalar>> ValueOf(int column, const storage::ObjectInfo& file) const;

  const plan::SourcePlan& source_;
  const std::vector<int> of_folders_;
  plan::SourcePlan of_records_;
  std::vector<int> columns_;  // those of files, of the source's plan
  std::vector<int> places_;   // of each column of that in rows of of_records_; -1: none
  bool needs_one_file_ = false;
  std::optional<CompiledExpr> filter_;  // none: of_records_ has it, or there is none
};

}  // namespace tarn::local
