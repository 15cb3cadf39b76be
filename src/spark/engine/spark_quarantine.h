#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/bad_record_limit.h"
#include "lake/lake.h"
#include "pipeline/pipeline.h"
#include "plan/plan.h"
#include "spark/engine/bad_record_reason.h"
#include "spark/job/message.h"

namespace tarn::spark {

/// \brief What becomes of a source's bad records, as Spark reports them.
/// Threads: one at a time.
class Quarantine {
 public:
  /// \param[in] transaction takes the records; null: they are not kept. Both borrowed.
  /// \param[in] before records of the source that are not read again: the limits are of all
  Quarantine(const plan::SourcePlan& source, lake::Transaction* transaction,
             engine::BadRecordCount before = {})
      : source_(*source.source), transaction_(transaction), before_(before), reason_(source) {}

  /// \return kBadInput where the source fails at its first bad record
  Status Add(const BadRecord& record);

  /// \brief All records are read; no more bad ones follow. Closes the quarantine.
  /// \return kBadInput when there were too many
  Status Finish(const SourceRead& read);

  /// \brief Close the quarantine with what was added, after an error. Nothing more after Finish.
  Status Close();

  int64_t num_bad() const { return num_bad_; }
  bool is_closed() const { return is_closed_; }

 private:
  Status PutAway();

  const pipeline::Source& source_;
  lake::Transaction* const transaction_;
  const engine::BadRecordCount before_;
  BadRecordReason reason_;
  int64_t num_bad_ = 0;
  bool is_closed_ = false;
  std::string first_ones_;
  size_t num_first_ones_ = 0;
  std::vector<lake::QuarantinedRecord> waiting_;
  std::unique_ptr<lake::TableWriter> writer_;  // null until a record is quarantined
};

/// \brief A path as tarn has it, of the URI that Spark reports: decoded, `s3://` and plain paths.
std::string PathOfUri(const std::string& uri);

}  // namespace tarn::spark
