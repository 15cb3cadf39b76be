#include "ledger/compare_files.h"

#include "lake/ledger_folders.h"
#include "ledger/ledger_error.h"

namespace tarn::ledger {

bool IsSame(const storage::ObjectInfo& listed, const storage::ObjectInfo& consumed) {
  if (listed.size_bytes != consumed.size_bytes) return false;
  if (!listed.etag.empty() && !consumed.etag.empty()) return listed.etag == consumed.etag;
  return listed.modified_ns != 0 && listed.modified_ns == consumed.modified_ns;
}

FileComparison::FileComparison(const std::vector<storage::ObjectInfo>* listing, int64_t version)
    : listing_(*listing), version_(version), fates_(listing->size(), Fate::kNotInLedger) {
  indexes_.reserve(listing_.size());
  for (size_t index = 0; index < listing_.size(); ++index) {
    indexes_.emplace(listing_[index].path, index);
  }
}

Status FileComparison::Take(const ConsumedFile& file) {
  const bool is_consumed = file.version <= version_;
  const auto found = indexes_.find(file.listed.path);
  if (found == indexes_.end()) {
    if (!is_consumed) return Status::OK();
    ++changes_.num_gone;
    if (changes_.lost.size() < kLostMax) changes_.lost.push_back(file.listed.path);
    return Status::OK();
  }
  Fate& fate = fates_[found->second];
  if (fate != Fate::kNotInLedger) return Status::Invalid("it has a file twice");
  if (!is_consumed) {
    fate = Fate::kNotConsumed;
  } else if (IsSame(listing_[found->second], file.listed)) {
    fate = Fate::kSame;
    ++changes_.num_same;
  } else {
    fate = Fate::kChanged;
    ++changes_.num_changed;
    if (changes_.lost.size() < kLostMax) changes_.lost.push_back(file.listed.path);
  }
  return Status::OK();
}

FileChanges FileComparison::Finish() {
  for (const storage::ObjectInfo& listed : listing_) {
    const Fate fate = fates_[indexes_.at(listed.path)];
    if (fate == Fate::kNotInLedger || fate == Fate::kNotConsumed) changes_.added.push_back(listed);
  }
  return std::move(changes_);
}

Result<FileChanges> CompareFiles(const std::shared_ptr<storage::Storage>& storage,
                                 const std::string& lake_root, const std::string& source,
                                 const std::vector<storage::ObjectInfo>& listing, int64_t version) {
  FileComparison comparison(&listing, version);
  ARROW_RETURN_NOT_OK(VisitConsumedFiles(storage, lake_root, source, [&](const ConsumedFile& file) {
    const Status taken = comparison.Take(file);
    if (taken.ok()) return taken;
    return DamagedError(taken.message(), file.listed.path);
  }));
  return comparison.Finish();
}

}  // namespace tarn::ledger
