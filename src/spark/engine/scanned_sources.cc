#include "spark/engine/scanned_sources.h"

#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>

#include <deque>
#include <memory>
#include <numeric>
#include <utility>

#include "local/batch/encoding.h"
#include "local/run_plan.h"
#include "plan/node.h"
#include "spark/engine/redirected_tables.h"

namespace tarn::spark {
namespace {

// A plan that is sent to Spark may hold so much of a source.
constexpr int64_t kRowsBytesMax = 1 << 20;

// Of the Parquet that Spark reads: each is a task's at least.
constexpr int64_t kHandedGroupBytes = 16 << 20;

Result<std::string> StreamOf(const std::shared_ptr<arrow::Schema>& schema,
                             const arrow::RecordBatchVector& batches) {
  ARROW_ASSIGN_OR_RAISE(auto sink, arrow::io::BufferOutputStream::Create());
  ARROW_ASSIGN_OR_RAISE(auto writer, arrow::ipc::MakeStreamWriter(sink, schema));
  for (const auto& batch : batches) ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*batch));
  ARROW_RETURN_NOT_OK(writer->Close());
  ARROW_ASSIGN_OR_RAISE(const auto bytes, sink->Finish());
  return bytes->ToString();
}

// Takes the records of a source: keeps them while they are few, then writes all of them.
class RecordsWriter : public lake::TableWriter {
 public:
  // \param[out] scanned filled in by Close
  RecordsWriter(lake::TableSpec spec, lake::Transaction* transaction, ScannedSource* scanned)
      : spec_(std::move(spec)), transaction_(transaction), scanned_(scanned) {}

  Status Write(const std::shared_ptr<arrow::RecordBatch>& batch) override {
    stats_.num_rows += batch->num_rows();
    if (writer_ != nullptr) return writer_->Write(batch);
    // Several batches may refer to one buffer; what is counted twice is written a little earlier.
    ARROW_ASSIGN_OR_RAISE(const auto flat, local::FlattenBatch(batch));
    ARROW_ASSIGN_OR_RAISE(const int64_t num_bytes, local::BatchBytes(*flat));
    num_bytes_ += num_bytes;
    kept_.push_back(flat);
    return num_bytes_ <= kRowsBytesMax ? Status::OK() : HandOver();
  }

  int64_t num_held_bytes() const override {
    return writer_ != nullptr ? writer_->num_held_bytes() : num_bytes_;
  }

  Result<lake::TableStats> Close() override {
    if (writer_ != nullptr) return writer_->Close();
    if (kept_.empty()) return stats_;
    ARROW_ASSIGN_OR_RAISE(scanned_->rows, StreamOf(spec_.schema, kept_));
    kept_.clear();
    return stats_;
  }

 private:
  Status HandOver() {
    ARROW_ASSIGN_OR_RAISE(lake::Handover handover, transaction_->NewHandover(spec_));
    scanned_->folder = std::move(handover.folder);
    writer_ = std::move(handover.writer);
    for (const auto& batch : std::exchange(kept_, {})) ARROW_RETURN_NOT_OK(writer_->Write(batch));
    return Status::OK();
  }

  const lake::TableSpec spec_;
  lake::Transaction* const transaction_;
  ScannedSource* const scanned_;
  lake::TableStats stats_;
  arrow::RecordBatchVector kept_;
  int64_t num_bytes_ = 0;                      // of kept_, until they are written
  std::unique_ptr<lake::TableWriter> writer_;  // null while they are kept
};

// Passes on what is about sources.
class SourceEvents : public run::Observer {
 public:
  explicit SourceEvents(run::Observer* observer) : observer_(observer) {}

  void OnEvent(const run::Event& event) override {
    const bool is_of_source = std::holds_alternative<run::SourceListed>(event) ||
                              std::holds_alternative<run::SourceProgress>(event) ||
                              std::holds_alternative<run::SourceAudited>(event);
    if (is_of_source && observer_ != nullptr) observer_->OnEvent(event);
  }

 private:
  run::Observer* const observer_;
};

// A plan that copies each of some sources into a table of the same name.
struct CopyingPlan {
  std::deque<pipeline::Table> tables;
  std::vector<storage::Listing> listings;
  plan::Plan plan;

  void Add(const plan::Plan& whole, size_t index, const storage::Listing& listing) {
    plan::SourcePlan& source = plan.sources.emplace_back(whole.sources[index]);
    // Also what only the filter reads: the SQL has it, and Spark evaluates that.
    source.output.resize(source.columns.size());
    std::iota(source.output.begin(), source.output.end(), 0);
    pipeline::Table& table = tables.emplace_back();
    table.name = source.source->name;
    table.row_group_bytes = kHandedGroupBytes;
    plan::TablePlan& copy = plan.tables.emplace_back();
    copy.table = &table;
    copy.root = plan::MakeScan(static_cast<int>(listings.size()), source.output, source.schema);
    listings.push_back(listing);
  }
};

}  // namespace

Result<ScannedSources> ScanSources(const plan::Plan& plan, const Placement& placement,
                                   const std::vector<storage::Listing>& listings,
                                   bool retry_quarantine, lake::Transaction* transaction,
                                   const engine::RunContext& context) {
  CopyingPlan copying;
  copying.plan.pipeline = plan.pipeline;
  ScannedSources scanned;
  std::map<std::string, ScannedSource*> by_name;
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    if (!placement.sources[i].is_here) continue;
    copying.Add(plan, i, listings[i]);
    by_name[plan.sources[i].source->name] = &scanned[i];
  }
  if (scanned.empty()) return scanned;
  RedirectedTables tables(
      transaction, [&](lake::TableSpec spec) -> Result<std::unique_ptr<lake::TableWriter>> {
        ScannedSource* const source = by_name.at(spec.name);
        return std::make_unique<RecordsWriter>(std::move(spec), transaction, source);
      });
  SourceEvents events(context.observer);
  local::RunOptions options;
  options.context = context;
  options.context.observer = &events;
  options.retry_quarantine = retry_quarantine;
  options.listings = &copying.listings;
  ARROW_RETURN_NOT_OK(local::RunPlan(copying.plan, &tables, options).status());
  return scanned;
}

}  // namespace tarn::spark
