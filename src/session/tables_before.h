#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lake/lake.h"
#include "plan/plan.h"
#include "run/record.h"

namespace tarn::session {

/// \brief What the lake's tables were made of before a run, as far as the records of earlier runs
/// say, so that a run does not take rows away without a word.
class TablesBefore {
 public:
  /// \param[in] lake which this run holds
  static Result<TablesBefore> Read(lake::Lake* lake);

  /// \brief The rows of `table`; none when no record names it.
  std::optional<int64_t> NumRows(const std::string& table) const;

  /// \brief The periods of files that its rows are of, by source; empty where no record names it.
  std::map<std::string, Period> Periods(const std::string& table) const;

  /// \brief Its columns, as DDL; "" where no record says so.
  std::string Schema(const std::string& table) const;

  /// \brief Tables that the pipeline wrote once and has no more, by the records of its runs.
  std::vector<std::string> MadeNoMore(const pipeline::Pipeline& pipeline) const;

  /// \brief Whether every table that is replaced as a whole gets the period of each source that
  /// filled it before, or a longer one.
  /// \return kBadInput with the first that would lose rows, and what to write
  Status CheckPeriods(const plan::Plan& plan) const;

  /// \brief Whether no table that had rows got none, unless it may.
  /// \param[in] record of this run, when it wrote all
  /// \return kBadInput with the first
  Status CheckEmptied(const plan::Plan& plan, const run::RunRecord& record) const;

 private:
  TablesBefore(std::shared_ptr<storage::Storage> storage, std::string lake_root,
               std::vector<std::string> tables, std::vector<run::RunRecord> runs)
      : storage_(std::move(storage)),
        lake_root_(std::move(lake_root)),
        tables_(std::move(tables)),
        runs_(std::move(runs)) {}

  Result<int64_t> NumRowsInFiles(const std::string& table) const;

  std::shared_ptr<storage::Storage> storage_;  // of the lake
  std::string lake_root_;
  std::vector<std::string> tables_;   // that there are
  std::vector<run::RunRecord> runs_;  // newest first
};

}  // namespace tarn::session
