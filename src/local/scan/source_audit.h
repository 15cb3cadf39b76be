#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "lake/lake.h"
#include "local/scan/scan_item.h"
#include "local/scan/scanned_part.h"
#include "pipeline/pipeline.h"

namespace tarn::local {

/// \brief Decides on a source's bad records and new fields, in the order of the source whatever the
/// threads: counts them, puts records into quarantine, fails where the source's settings say so.
///
/// Threads: one at a time.
class SourceAudit {
 public:
  /// \param[in] transaction takes the quarantine; null: nothing is kept. Both borrowed.
  SourceAudit(const pipeline::Source& source, lake::Transaction* transaction)
      : source_(source), transaction_(transaction) {}

  /// \brief The next part of an item. Its batch is not used.
  void Add(const ScanItem& item, ScannedPart part) {
    Pending& pending = pending_[item.number];
    pending.item = &item;
    pending.parts.push_back(std::move(part));
  }

  /// \brief An item has no more parts.
  void FinishItem(const ScanItem& item) { pending_[item.number].is_complete = true; }

  /// \brief Judge what is complete up to here.
  /// \return kBadInput when the source must fail: of item next_item()
  Status Advance();
  int64_t next_item() const { return next_item_; }

  /// \brief Keep a record from an earlier run in quarantine. Before the first Advance.
  Status Keep(const std::vector<lake::QuarantinedRecord>& records);

  /// \brief Judge the whole source and close the quarantine.
  Status Finish();

  int64_t num_bad() const { return num_bad_; }
  const std::vector<NewField>& new_fields() const { return new_fields_; }
  /// \brief Records with fields that are not among new_fields(), which has room for some hundreds.
  bool has_more_new_fields() const { return has_more_new_fields_; }

 private:
  struct Pending {
    const ScanItem* item = nullptr;
    std::vector<ScannedPart> parts;
    bool is_complete = false;
  };

  Status Judge(const ScanItem& item, ScannedPart part);
  Status JudgeNewFields(std::vector<NewField> fields);
  Status CheckLimits(bool at_end) const;
  Status PutAway(const std::vector<lake::QuarantinedRecord>& records);
  std::string FirstOnes() const;

  const pipeline::Source& source_;
  lake::Transaction* const transaction_;
  std::map<int64_t, Pending> pending_;  // by item number
  int64_t next_item_ = 0;
  int64_t num_lines_ = 0;  // of the file that is cut, before the next item
  int64_t num_records_ = 0;
  int64_t num_bad_ = 0;
  std::vector<lake::QuarantinedRecord> first_ones_;  // without their bytes
  std::unique_ptr<lake::TableWriter> quarantine_;    // null until there is something to put away
  std::vector<NewField> new_fields_;                 // in order of appearance
  bool has_more_new_fields_ = false;
};

}  // namespace tarn::local
