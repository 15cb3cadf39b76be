#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "json/scanner.h"
#include "local/operators/operator.h"
#include "local/scan/scan_item.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief What one item gave.
struct ScannedItem {
  std::vector<BatchPtr> batches;
  int64_t num_bytes = 0;
  int64_t num_records = 0;
  int64_t num_rows = 0;
};

/// \brief Reads and scans items of one source.
///
/// Threads: one at a time. It keeps scanners, which get faster with what they saw.
class ItemScanner {
 public:
  static Result<std::unique_ptr<ItemScanner>> Make(const plan::SourcePlan& source,
                                                   storage::Storage* storage);

  /// \return kBadInput for the first bad record: URI, line, byte offset, reason.
  Result<ScannedItem> Scan(const ScanItem& item);

 private:
  ItemScanner(const plan::SourcePlan& source, storage::Storage* storage)
      : source_(source), storage_(storage) {}

  Result<json::Scanner*> ScannerFor(json::Framing framing);
  Status ScanBlock(std::string_view block, json::Framing framing, ScannedItem* scanned,
                   std::vector<json::BadRecord>* bad_records);
  Status ScanLines(const ScanItem& item, ScannedItem* scanned);
  Status ScanWholeFiles(const ScanItem& item, ScannedItem* scanned);
  Status ScanGathered(const std::vector<size_t>& members, const ScanItem& item,
                      const std::vector<std::shared_ptr<arrow::Buffer>>& contents,
                      json::Framing framing, ScannedItem* scanned);

  const plan::SourcePlan& source_;
  storage::Storage* const storage_;
  json::ScanOptions options_;
  std::map<json::Framing, std::unique_ptr<json::Scanner>> scanners_;
  std::string gathered_;  // reused for the texts of small files
};

}  // namespace tarn::local
