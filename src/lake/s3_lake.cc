#include "lake/s3_lake.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "lake/lake_transaction.h"
#include "lake/s3_commit.h"
#include "lake/s3_inspection.h"
#include "lake/s3_lock.h"
#include "lake/s3_objects.h"
#include "lake/table_files.h"
#include "s3/buckets.h"
#include "s3/result_of.h"
#include "s3/uri.h"

namespace tarn::lake {
namespace {

using std::chrono::system_clock;

std::string_view NameOf(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.find_last_of('/') + 1);
}

// Whether Parquet data lies below `folder`, in itself or in partition folders.
Result<bool> HoldsTableData(s3::Client* client, const std::string& folder) {
  bool found = false;
  ARROW_RETURN_NOT_OK(
      VisitPages(client, folder, "/", [&](const s3::ListPage& page) -> Result<bool> {
        found = std::any_of(page.objects.begin(), page.objects.end(),
                            [](const auto& object) { return IsDataFile(NameOf(object.key)); });
        for (const std::string& prefix : page.prefixes) {
          if (found) break;
          if (!IsPartitionFolder(NameOf(prefix))) continue;
          ARROW_ASSIGN_OR_RAISE(found, HoldsTableData(client, prefix));
        }
        return !found;
      }));
  return found;
}

class S3Lake : public Lake {
 public:
  S3Lake(std::shared_ptr<storage::Storage> storage, LakeKeys keys, S3LakeOptions options)
      : storage_(std::move(storage)),
        keys_(std::move(keys)),
        options_(options),
        root_(keys_.uri()) {}

  const std::string& root() const override { return root_; }
  const std::shared_ptr<storage::Storage>& storage() const override { return storage_; }

  Result<std::unique_ptr<Transaction>> Begin(const std::string& run_id) override {
    ARROW_RETURN_NOT_OK(CheckRunId(run_id));
    ARROW_ASSIGN_OR_RAISE(auto lock, Lock("run " + run_id));
    ARROW_RETURN_NOT_OK(RecoverLocked().status());
    return MakeTransaction(
        storage_, root_, run_id,
        std::make_unique<S3Run>(keys_, run_id, std::move(lock), options_.uploads));
  }

  Result<RecoveryReport> Recover() override {
    ARROW_ASSIGN_OR_RAISE(const auto lock, Lock("tarn recover"));
    return RecoverLocked();
  }

  Result<DiscardReport> Discard(const std::string& run) override {
    ARROW_ASSIGN_OR_RAISE(const auto lock, Lock("tarn recover --discard"));
    DiscardSteps steps;
    steps.read_journal = [this](const std::string& tag) -> Result<std::string> {
      ARROW_ASSIGN_OR_RAISE(const auto object, s3::ResultOf(keys_.client->Get(keys_.journal(tag))));
      return object.bytes->ToString();
    };
    steps.keep_journal = [this](const std::string& tag) -> Status {
      ARROW_ASSIGN_OR_RAISE(const auto object, s3::ResultOf(keys_.client->Get(keys_.journal(tag))));
      ARROW_RETURN_NOT_OK(keys_.client->Put(keys_.discarded(tag), object.bytes).status());
      return keys_.client->Delete({keys_.journal(tag)}).status();
    };
    steps.list_tables = [this] { return ListTables(); };
    steps.list_files = [this](const std::string& table) { return ListTablePaths(keys_, table); };
    // What was copied is published, or belongs to a commit that was never decided.
    steps.keep_staged = [](const std::string&) { return std::string(); };
    return DiscardJournal(storage_.get(), root_, run, steps);
  }

  Result<std::vector<std::string>> ListTables() override {
    std::vector<std::string> tables;
    const Status status = VisitPages(
        keys_.client.get(), keys_.prefix, "/", [&](const s3::ListPage& page) -> Result<bool> {
          for (const std::string& folder : page.prefixes) {
            if (!IsPlainName(NameOf(folder))) continue;
            ARROW_ASSIGN_OR_RAISE(const bool holds_table,
                                  HoldsTableData(keys_.client.get(), folder));
            if (holds_table) tables.emplace_back(NameOf(folder));
          }
          return true;
        });
    if (!status.ok()) return WithContext(status, "listing the lake " + root_);
    std::sort(tables.begin(), tables.end());
    return tables;
  }

  Result<std::vector<UnfinishedUpload>> CleanUploads(std::chrono::seconds older_than,
                                                     bool abort) override {
    std::unique_ptr<S3Lock> lock;
    if (abort) ARROW_RETURN_NOT_OK(Lock("tarn clean").Value(&lock));
    ARROW_ASSIGN_OR_RAISE(auto uploads, ListUploads(keys_.client.get(), keys_.prefix));
    const auto now = system_clock::now().time_since_epoch();
    std::vector<UnfinishedUpload> found;
    std::erase_if(uploads, [&](const s3::ListedUpload& upload) {
      const auto age = std::chrono::duration_cast<std::chrono::seconds>(
          now - std::chrono::nanoseconds(upload.started_ns));
      if (age < older_than) return true;
      found.push_back({s3::ToUri({keys_.client->bucket(), upload.key}), age});
      return false;
    });
    if (abort) ARROW_RETURN_NOT_OK(AbortUploads(keys_.client.get(), uploads));
    return found;
  }

 private:
  Result<std::unique_ptr<S3Lock>> Lock(const std::string& holder) const {
    auto lock = S3Lock::Acquire(keys_.client, keys_.lock(), holder, options_.lease);
    if (lock.ok() || KindOf(lock.status()) == ErrorKind::kConflict) return lock;
    return WithContext(lock.status(), "locking the lake " + root_);
  }

  Result<RecoveryReport> RecoverLocked() const {
    auto report = RecoverS3(keys_);
    if (report.ok()) return report;
    return WithContext(report.status(), "recovering the lake " + root_);
  }

  const std::shared_ptr<storage::Storage> storage_;
  const LakeKeys keys_;
  const S3LakeOptions options_;
  const std::string root_;
};

}  // namespace

Result<std::unique_ptr<Lake>> OpenS3Lake(storage::Storages* storages, const std::string& root,
                                         S3LakeOptions options) {
  ARROW_ASSIGN_OR_RAISE(s3::Location location, s3::ParseUri(root));
  while (location.key.ends_with('/')) location.key.pop_back();
  if (!location.key.empty()) location.key += '/';
  auto client = storages->buckets()->Open(location.bucket);
  if (!client.ok()) return WithContext(client.status(), "opening the lake " + root);
  ARROW_ASSIGN_OR_RAISE(auto storage, storages->For(root));
  return std::make_unique<S3Lake>(std::move(storage),
                                  LakeKeys{*std::move(client), std::move(location.key)}, options);
}

}  // namespace tarn::lake
