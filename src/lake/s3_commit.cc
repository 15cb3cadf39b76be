#include "lake/s3_commit.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/fault.h"
#include "lake/failed_run.h"
#include "lake/ledger_folders.h"
#include "lake/quarantine_folders.h"
#include "lake/random_token.h"
#include "lake/s3_inspection.h"
#include "lake/s3_objects.h"
#include "lake/state_folders.h"
#include "lake/table_files.h"
#include "s3/many_calls.h"
#include "s3/result_of.h"
#include "s3/s3_error.h"
#include "s3/uri.h"

namespace tarn::lake {
namespace {

constexpr std::string_view kS3JournalSuffix = ".json";

std::vector<std::string> KeysOf(const LakeKeys& keys, const Journal& journal,
                                std::vector<std::string> TableChange::*paths) {
  std::vector<std::string> all;
  for (const TableChange& change : journal.tables) {
    for (const std::string& path : change.*paths) all.push_back(keys.table(change.table) + path);
  }
  return all;
}

// What is left of a decided commit: old files go, then the journal.
Status RollForward(const LakeKeys& keys, const Journal& journal, const std::string& journal_key) {
  ARROW_RETURN_NOT_OK(s3::DeleteObjects(keys.client.get(),
                                        KeysOf(keys, journal, &TableChange::removes),
                                        [] { FaultPoint("commit.remove"); }));
  FaultPoint("commit.removed");
  ARROW_RETURN_NOT_OK(s3::DeleteObjects(keys.client.get(), {journal_key}));
  FaultPoint("commit.journal_removed");
  return Status::OK();
}

// Uploads are dropped by now, so that nothing can become visible after this.
Status Undo(const LakeKeys& keys, const Journal& journal, const std::string& journal_key) {
  ARROW_RETURN_NOT_OK(s3::DeleteObjects(keys.client.get(),
                                        KeysOf(keys, journal, &TableChange::adds),
                                        [] { FaultPoint("recover.undo"); }));
  return s3::DeleteObjects(keys.client.get(), {journal_key});
}

// What other programs wrote for a run that is over.
Status RemoveStaged(const LakeKeys& keys, const std::string& folder) {
  ARROW_ASSIGN_OR_RAISE(const auto uploads, ListUploads(keys.client.get(), folder));
  ARROW_RETURN_NOT_OK(AbortUploads(keys.client.get(), uploads));
  ARROW_ASSIGN_OR_RAISE(const auto left, ListKeys(keys.client.get(), folder));
  return s3::DeleteObjects(keys.client.get(), left);
}

// The tag of a path below the lake that is a table's file, in quarantine, in the ledger or a state;
// other lakes may lie in folders of this one.
std::string_view RunTagOf(std::string_view path) {
  if (path.starts_with(kStagingFolder)) {
    path.remove_prefix(kStagingFolder.size());
    return path.substr(0, path.find('/'));
  }
  const std::string_view table = path.substr(0, path.find('/'));
  const bool is_ours = path.starts_with(kQuarantineFolder) || path.starts_with(kFailedFolder) ||
                       path.starts_with(kLedgerFolder) || path.starts_with(kStateFolder) ||
                       (IsPlainName(table) && table.size() < path.size() &&
                        IsTablePath(path.substr(table.size() + 1)));
  return is_ours ? RunOfFile(path.substr(path.find_last_of('/') + 1)) : std::string_view();
}

Result<std::set<std::string>> DropUploads(const LakeKeys& keys) {
  ARROW_ASSIGN_OR_RAISE(auto uploads, ListUploads(keys.client.get(), keys.prefix));
  std::set<std::string> tags;
  std::erase_if(uploads, [&](const s3::ListedUpload& upload) {
    const std::string_view tag = RunTagOf(std::string_view(upload.key).substr(keys.prefix.size()));
    if (!tag.empty()) tags.emplace(tag);
    return tag.empty();
  });
  ARROW_RETURN_NOT_OK(AbortUploads(keys.client.get(), uploads));
  return tags;
}

Result<Journal> ReadJournal(const LakeKeys& keys, const std::string& tag) {
  const std::string key = keys.journal(tag);
  ARROW_ASSIGN_OR_RAISE(const s3::ObjectData object, s3::ResultOf(keys.client->Get(key)));
  Result<Journal> journal = JournalFromJson(object.bytes->ToString(), tag);
  if (journal.ok() && !journal->phase) journal = Status::Invalid("it is one of a local lake");
  if (journal.ok()) return journal;
  return WithContext(journal.status(), fmt::format("Cannot read the lake's journal {}",
                                                   s3::ToUri({keys.client->bucket(), key})));
}

std::string NameOfJournal(const LakeKeys& keys, const std::string& key) {
  const size_t name = keys.journals().size();
  return key.substr(name, key.size() - name - kS3JournalSuffix.size());
}

// Finish or undo the commit of one journal. A listing may show one that is gone by now.
Status RecoverOne(const LakeKeys& keys, const std::string& tag, RecoveryReport* report,
                  std::set<std::string>* undone) {
  const std::string key = keys.journal(tag);
  const Result<Journal> journal = ReadJournal(keys, tag);
  if (s3::IsNotFound(journal.status())) return Status::OK();
  ARROW_RETURN_NOT_OK(journal.status());
  if (journal->phase == CommitPhase::kRemove) {
    ARROW_RETURN_NOT_OK(RollForward(keys, *journal, key));
    undone->erase(tag);
    ++report->num_rolled_forward;
    return Status::OK();
  }
  ARROW_RETURN_NOT_OK(Undo(keys, *journal, key));
  undone->insert(tag);
  return Status::OK();
}

}  // namespace

S3Run::S3Run(LakeKeys keys, const std::string& run_id, std::unique_ptr<S3Lock> lock,
             UploadLimits limits)
    : keys_(std::move(keys)),
      tag_(fmt::format("{}-{}", run_id, RandomToken())),
      lock_(std::move(lock)),
      uploads_(std::make_shared<S3Uploads>(keys_.client, limits)) {}

Status S3Run::CheckTable(const std::string& table) {
  std::string key = keys_.table(table);
  key.pop_back();
  const Status found = keys_.client->Head(key).status();
  if (s3::IsNotFound(found)) return Status::OK();
  ARROW_RETURN_NOT_OK(found);
  return MakeError(ErrorKind::kFailed,
                   fmt::format("Cannot replace a table: an object has its name; move it away: {}",
                               s3::ToUri({keys_.client->bucket(), key})));
}

// Any part of a key may be as long as all of it.
PathLimits S3Run::LimitsOf(const std::string& table) const {
  constexpr size_t kKeyBytesMax = 1024;
  const size_t bytes_max = kKeyBytesMax - std::min(kKeyBytesMax, keys_.table(table).size());
  return {bytes_max, bytes_max};
}

Result<std::shared_ptr<arrow::io::OutputStream>> S3Run::NewFile(const std::string& table,
                                                                const std::string& path) {
  return uploads_->NewObject(keys_.table(table) + path);
}

Result<std::string> S3Run::NewFolder(const std::string& table) {
  has_folders_ = true;
  return s3::ToUri({keys_.client->bucket(), keys_.staging(tag_) + table});
}

Status S3Run::Adopt(const storage::ObjectInfo& file, const std::string& table,
                    const std::string& path) {
  if (path.size() > LimitsOf(table).path_bytes_max) {
    return MakeError(
        ErrorKind::kBadInput,
        "This file's key is longer than S3 allows; shorten the values of the partition "
        "columns: " +
            path);
  }
  ARROW_ASSIGN_OR_RAISE(s3::Location location, s3::ParseObjectUri(file.path));
  uploads_->NewCopy(location.key, file.size_bytes, keys_.table(table) + path);
  return Status::OK();
}

Status S3Run::Commit(Journal journal, CommitState* state) {
  *state = CommitState::kUndone;
  FaultPoint("commit.staged");
  ARROW_RETURN_NOT_OK(uploads_->DropAllBut(KeysOf(keys_, journal, &TableChange::adds)));
  ARROW_RETURN_NOT_OK(uploads_->WaitForParts());
  ARROW_RETURN_NOT_OK(PutJournal(journal));
  FaultPoint("commit.journal");
  ARROW_RETURN_NOT_OK(uploads_->Publish([this] {
    FaultPoint("commit.publish");
    return lock_->CheckHeld();
  }));
  FaultPoint("commit.published");
  ARROW_RETURN_NOT_OK(InspectTables(keys_, uploads_->sizes(), &journal));
  ARROW_RETURN_NOT_OK(Decide(journal, state));
  FaultPoint("commit.decided");
  ARROW_RETURN_NOT_OK(RollForward(keys_, journal, keys_.journal(tag_)));
  if (has_folders_) ARROW_RETURN_NOT_OK(RemoveStaged(keys_, keys_.staging(tag_)));
  FaultPoint("commit.done");
  return Status::OK();
}

Status S3Run::PutJournal(const Journal& journal) {
  ARROW_RETURN_NOT_OK(lock_->CheckHeld());
  published_ = journal;
  published_.phase = CommitPhase::kPublish;
  has_journal_ = true;
  // An attempt that arrives late must not replace the journal that decides.
  ARROW_ASSIGN_OR_RAISE(journal_etag_, s3::ResultOf(PutIf(keys_.client.get(), keys_.journal(tag_),
                                                          JournalToJson(published_), IfAbsent())));
  return Status::OK();
}

// The journal is replaced only if it is still there: a run that lost its lock was undone by whoever
// removed it.
Status S3Run::Decide(const Journal& journal, CommitState* state) {
  ARROW_RETURN_NOT_OK(lock_->CheckHeld());
  Journal decided = journal;
  decided.phase = CommitPhase::kRemove;
  const std::string key = keys_.journal(tag_);
  const std::string content = JournalToJson(decided);
  Status status = PutIf(keys_.client.get(), key, content, {.if_match = journal_etag_}).status();
  if (IsNotImplemented(status)) {
    ARROW_RETURN_NOT_OK(lock_->CheckHeld());
    status = PutIf(keys_.client.get(), key, content, {}).status();
  }
  if (!status.ok()) return ExplainFailure(status, content, state);
  *state = CommitState::kDecided;
  return Status::OK();
}

Status S3Run::ExplainFailure(const Status& failure, const std::string& content,
                             CommitState* state) {
  if (IsChanged(failure)) {
    return MakeError(ErrorKind::kConflict,
                     fmt::format("Another run took over the lake's lock and undid this one; run "
                                 "again: {}",
                                 keys_.uri()));
  }
  const auto current = keys_.client->Get(keys_.journal(tag_)).result();
  if (current.ok() && std::string_view(*current->bytes) == content) {
    *state = CommitState::kDecided;
    return Status::OK();
  }
  // A request without an answer may still be carried out.
  if (s3::CodeOf(failure).empty()) *state = CommitState::kUnknown;
  return failure;
}

Status S3Run::RollBack() {
  ARROW_RETURN_NOT_OK(uploads_->Drop());
  if (has_journal_) ARROW_RETURN_NOT_OK(Undo(keys_, published_, keys_.journal(tag_)));
  return has_folders_ ? RemoveStaged(keys_, keys_.staging(tag_)) : Status::OK();
}

Result<RecoveryReport> RecoverS3(const LakeKeys& keys) {
  ARROW_ASSIGN_OR_RAISE(auto journals, ListKeys(keys.client.get(), keys.journals()));
  std::erase_if(journals, [&keys](const std::string& key) {
    return !key.ends_with(kS3JournalSuffix) || !IsPlainName(NameOfJournal(keys, key));
  });
  ARROW_ASSIGN_OR_RAISE(std::set<std::string> undone, DropUploads(keys));
  ARROW_ASSIGN_OR_RAISE(const auto staged, ListKeys(keys.client.get(), keys.staging()));
  for (const std::string& key : staged) {
    undone.emplace(RunTagOf(std::string_view(key).substr(keys.prefix.size())));
  }
  FaultPoint("recover.uploads_dropped");
  RecoveryReport report;
  Status failed;
  for (const std::string& key : journals) {
    const std::string tag = NameOfJournal(keys, key);
    const Status status = RecoverOne(keys, tag, &report, &undone);
    if (!status.ok() && failed.ok()) failed = OfferDiscard(status, tag);
  }
  ARROW_RETURN_NOT_OK(failed);
  ARROW_RETURN_NOT_OK(s3::DeleteObjects(keys.client.get(), staged));
  report.num_rolled_back = static_cast<int64_t>(undone.size());
  return report;
}

}  // namespace tarn::lake
