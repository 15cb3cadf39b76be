#include "ledger/compare_files.h"

#include <fmt/format.h>

#include "base/units.h"
#include "lake/ledger_folders.h"
#include "ledger/ledger_error.h"

namespace tarn::ledger {

std::string_view NameOf(FileFate fate) {
  constexpr std::string_view kNames[] = {"new", "same", "changed", "gone"};
  return kNames[static_cast<int>(fate)];
}

bool IsSame(const storage::ObjectInfo& listed, const storage::ObjectInfo& consumed) {
  if (listed.size_bytes != consumed.size_bytes) return false;
  if (listed.modified_ns != consumed.modified_ns) return false;
  if (!listed.etag.empty() && !consumed.etag.empty()) return listed.etag == consumed.etag;
  return listed.modified_ns != 0;
}

FileComparison::FileComparison(const std::vector<storage::ObjectInfo>* listing, int64_t version)
    : listing_(*listing), version_(version), fates_(listing->size(), Fate::kNotInLedger) {
  indexes_.reserve(listing_.size());
  for (size_t index = 0; index < listing_.size(); ++index) {
    indexes_.emplace(listing_[index].path, index);
  }
}

Result<FileFate> FileComparison::Take(const ConsumedFile& file) {
  const bool is_consumed = file.version <= version_;
  const auto found = indexes_.find(file.listed.path);
  if (found == indexes_.end()) {
    if (is_consumed) Lose(file, &changes_.num_gone);
    return FileFate::kGone;
  }
  Fate& fate = fates_[found->second];
  if (fate != Fate::kNotInLedger) return Status::Invalid("it has a file twice");
  if (!is_consumed) {
    fate = Fate::kNotConsumed;
    return FileFate::kNew;
  }
  if (IsSame(listing_[found->second], file.listed)) {
    fate = Fate::kSame;
    ++changes_.num_same;
    return FileFate::kSame;
  }
  fate = Fate::kChanged;
  Lose(file, &changes_.num_changed);
  return FileFate::kChanged;
}

void FileComparison::Lose(const ConsumedFile& file, int64_t* count) {
  ++*count;
  if (changes_.lost.size() < kLostMax) changes_.lost.push_back(file.listed.path);
}

FileChanges FileComparison::Finish() {
  for (const storage::ObjectInfo& listed : listing_) {
    const Fate fate = fates_[indexes_.at(listed.path)];
    if (fate == Fate::kNotInLedger || fate == Fate::kNotConsumed) changes_.added.push_back(listed);
  }
  return std::move(changes_);
}

Result<FileChanges> CompareFiles(
    const std::shared_ptr<storage::Storage>& storage, const std::string& lake_root,
    const std::string& source, const std::vector<storage::ObjectInfo>& listing,
    const SourceState& state,
    const std::function<Status(const ConsumedFile& file, FileFate fate)>& visit) {
  FileComparison comparison(&listing, state.version);
  int64_t num_files = 0;
  ARROW_RETURN_NOT_OK(VisitConsumedFiles(storage, lake_root, source, [&](const ConsumedFile& file) {
    ++num_files;
    const Result<FileFate> fate = comparison.Take(file);
    if (!fate.ok()) return DamagedError(fate.status().message(), file.listed.path);
    return visit ? visit(file, *fate) : Status::OK();
  }));
  // Files that it lacks would be read again, and their rows be there twice.
  if (num_files != state.num_files) {
    return DamagedError(fmt::format("it has {} of {}, not {}", FormatCount(num_files, "file"),
                                    source, FormatCount(state.num_files)),
                        lake_root + "/" + lake::LedgerFolderOf(source));
  }
  return comparison.Finish();
}

}  // namespace tarn::ledger
