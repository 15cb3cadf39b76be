#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "base/in_order.h"
#include "engine/bad_record_limit.h"
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
  /// \param[in] before records of the source that are not read again: the limits are of all
  SourceAudit(const pipeline::Source& source, lake::Transaction* transaction,
              engine::BadRecordCount before = {})
      : source_(source), transaction_(transaction), before_(before) {}

  /// \brief Judge the next part of an item, as soon as all before it are judged. Its batch is not
  /// used.
  /// \return kBadInput when the source must fail: of current_item()
  Status Add(const ScanItem& item, ScannedPart part) {
    parts_.Add(item.number, {&item, std::move(part)});
    return Advance();
  }

  /// \brief An item has no more parts. \return as Add
  Status FinishItem(const ScanItem& item) {
    parts_.Complete(item.number);
    return Advance();
  }

  int64_t current_item() const { return parts_.next(); }

  /// \brief Name the columns that the files' folders hold: records need not have them. Before the
  /// first part.
  void SetFolderColumns(std::vector<std::string> names) { folder_columns_ = std::move(names); }

  /// \brief Keep a record from an earlier run in quarantine. Before the first part.
  Status Keep(const std::vector<lake::QuarantinedRecord>& records);

  /// \brief Judge the whole source and close the quarantine, whatever the judgement.
  Status Finish();

  /// \brief Close the quarantine, with what was judged so far.
  Status Close();

  int64_t num_bad() const { return num_bad_; }
  int64_t num_rescued() const { return num_rescued_; }
  const std::vector<NewField>& new_fields() const { return new_fields_; }
  /// \brief Records with fields that are not among new_fields(), which has room for some hundreds.
  bool has_more_new_fields() const { return has_more_new_fields_; }
  /// \brief Fields of the schema that no record has; those inside values, as NewField::key, where
  /// some object has another field of theirs. Empty unless the source looks for new fields.
  std::vector<std::string> missing_fields() const;

 private:
  struct ItemPart {
    const ScanItem* item;
    ScannedPart part;
  };

  Status Advance();
  Status Judge(const ScanItem& item, ScannedPart part);
  Status JudgeNewFields(std::vector<NewField> fields);
  Status JudgeRest();
  Status CheckLimits(bool at_end) const;
  Status PutAway(const std::vector<lake::QuarantinedRecord>& records);
  std::string FirstOnes() const;

  const pipeline::Source& source_;
  lake::Transaction* const transaction_;
  const engine::BadRecordCount before_;
  InOrder<ItemPart> parts_;  // by item
  int64_t num_lines_ = 0;    // of the file that is cut, before the next item
  int64_t num_records_ = 0;
  int64_t num_bad_ = 0;
  int64_t num_rescued_ = 0;
  std::vector<lake::QuarantinedRecord> first_ones_;            // without their bytes
  std::unique_ptr<lake::TableWriter> quarantine_;              // null until a record is quarantined
  std::vector<NewField> new_fields_;                           // in order of appearance
  std::unordered_map<std::string, size_t> new_field_indexes_;  // by key
  bool has_more_new_fields_ = false;
  std::unordered_set<std::string> met_fields_;
  std::vector<std::string> folder_columns_;
  bool has_failed_ = false;  // what comes after that is not judged
};

}  // namespace tarn::local
