#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "local/batch/batch_stream.h"
#include "local/batch/operator.h"
#include "local/kernels/kernel.h"
#include "local/operators/watched.h"
#include "local/run_plan.h"
#include "plan/plan.h"

namespace tarn::local {

/// \brief The streams between the parts of a run, and who reads them.
///
/// Every Scan and TableInput node of the plan is one reader of its stream; readers are numbered in
/// the order of tables and, within one, from left to right.
class Streams {
 public:
  Streams(const plan::Plan& plan, CpuSlots* slots, const arrow::StopToken& stop);

  BatchStream* source(int source) const { return sources_[source].get(); }
  /// \brief null for a table that no other reads.
  BatchStream* table(int table) const { return tables_[table].get(); }
  std::vector<BatchStream*> sources() const;

  /// \brief The stream that a Scan or TableInput node reads, and its number there.
  struct Reader {
    BatchStream* stream = nullptr;  ///< borrowed from the streams
    int number = 0;
  };
  /// \brief Called once per reading node.
  Reader TakeSourceReader(int source) {
    return {sources_[source].get(), next_source_reader_[source]++};
  }
  Reader TakeTableReader(int table) { return {tables_[table].get(), next_table_reader_[table]++}; }

 private:
  std::vector<std::unique_ptr<BatchStream>> sources_;
  std::vector<std::unique_ptr<BatchStream>> tables_;
  std::vector<int> next_source_reader_;
  std::vector<int> next_table_reader_;
};

/// \brief What is needed to build the operators of one table. All pointers are borrowed.
struct TreeOptions {
  const plan::Plan* plan = nullptr;
  Streams* streams = nullptr;
  ExprContext context;                         ///< of the run
  Poll poll;                                   ///< Cancelled when the table should stop
  std::deque<NodeMetrics>* metrics = nullptr;  ///< one added per node; null: not measured
};

/// \brief The operators of `root`, inputs first.
Result<OperatorPtr> BuildTree(const plan::Node& root, const TreeOptions& options);

}  // namespace tarn::local
