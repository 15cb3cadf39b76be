#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "lake/lake.h"
#include "lake/quarantine.h"
#include "plan/plan.h"
#include "run/record.h"

/// What commands print with --json: one document each, ending in a newline.
namespace tarn::cli {

/// \brief {"error": {"kind", "message", "diagnostics": […]}}.
std::string ErrorJson(const Status& error);

/// \brief {"sources": [names], "tables": [{"name", "columns"}]}.
std::string CheckJson(const plan::Plan& plan);

/// \brief {"runs": [records]}.
std::string RunsJson(const std::vector<run::RunRecord>& runs);

/// \brief Bad records of one source, as `tarn quarantine` tells them.
struct ShownQuarantine {
  lake::QuarantinedSource source;
  std::vector<lake::QuarantinedRecord> records;  ///< the first ones
};

/// \brief {"quarantine": [{"run_id", "source", "folder", "num_records", "records": […]}]}.
std::string QuarantineJson(const std::vector<ShownQuarantine>& quarantine);

/// \brief A table as `tarn show` tells it.
struct ShownTable {
  std::string name;
  lake::TableInfo info;
  std::shared_ptr<arrow::RecordBatch> head;
};

/// \brief {"tables": [{"table", "path", "rows", …, "columns": […], "head": [rows as objects]}]}.
std::string ShowJson(const std::vector<ShownTable>& tables);

}  // namespace tarn::cli
