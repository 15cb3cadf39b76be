#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lake/lake.h"

namespace tarn::spark {

/// \brief A run's transaction as the local engine sees it while it works for the engine on Spark:
/// what it writes of tables goes elsewhere, quarantines are the run's. It is neither committed nor
/// aborted.
class RedirectedTables : public lake::Transaction {
 public:
  using NewWriter = std::function<Result<std::unique_ptr<lake::TableWriter>>(lake::TableSpec spec)>;

  /// \param[in] transaction of the run; borrowed
  /// \param[in] new_writer makes the writer of a table
  RedirectedTables(lake::Transaction* transaction, NewWriter new_writer)
      : transaction_(transaction), new_writer_(std::move(new_writer)) {}

  const std::string& run_id() const override { return transaction_->run_id(); }
  void LimitMemory(int64_t num_bytes) override { transaction_->LimitMemory(num_bytes); }
  Result<std::unique_ptr<lake::TableWriter>> NewTable(lake::TableSpec spec) override {
    return new_writer_(std::move(spec));
  }
  Result<std::unique_ptr<lake::ForeignTable>> NewForeignTable(lake::TableSpec spec) override {
    return transaction_->NewForeignTable(std::move(spec));
  }
  Result<lake::Handover> NewHandover(lake::TableSpec spec) override {
    return transaction_->NewHandover(std::move(spec));
  }
  Result<std::unique_ptr<lake::TableWriter>> NewQuarantine(const std::string& source) override {
    return transaction_->NewQuarantine(source);
  }
  Result<std::vector<lake::QuarantinedSource>> ListQuarantine(const std::string& source) override {
    return transaction_->ListQuarantine(source);
  }
  void ClearQuarantine(const lake::QuarantinedSource& quarantined) override {
    transaction_->ClearQuarantine(quarantined);
  }
  Result<std::unique_ptr<lake::TableWriter>> NewStatePart(lake::TableSpec spec) override {
    return transaction_->NewStatePart(std::move(spec));
  }
  void ClearState(const std::string& table) override { transaction_->ClearState(table); }
  void ReplacePartition(const std::string& table, const std::string& folder) override {
    transaction_->ReplacePartition(table, folder);
  }
  std::vector<std::string> PartitionsToReplace(const std::string& table) override {
    return transaction_->PartitionsToReplace(table);
  }
  Result<std::unique_ptr<lake::TableWriter>> NewLedgerPart(lake::TableSpec spec) override {
    return transaction_->NewLedgerPart(std::move(spec));
  }
  Result<lake::ReplacedPartitions> OldFilesOf(
      const std::string& table, const std::optional<lake::TableStats>& before) override {
    return transaction_->OldFilesOf(table, before);
  }
  Status Commit() override { return Status::Invalid("the commit is the run's"); }
  Result<bool> CommitFindings(const std::vector<lake::BrokenRow>&) override {
    return Status::Invalid("the commit is the run's");
  }
  Status Abort() override { return Status::OK(); }

 private:
  lake::Transaction* const transaction_;
  const NewWriter new_writer_;
};

}  // namespace tarn::spark
