#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/memory_budget.h"
#include "base/sample_row.h"
#include "local/batch/stage.h"
#include "local/keys/spilling_keys.h"

namespace tarn::local {

/// \brief Finds the rows of a table whose key an earlier row has. A key with a NULL repeats none.
///
/// Where memory ends, keys that are not known go to disk and are judged at the end.
/// Threads: one at a time.
class UniqueKeys {
 public:
  /// \param[in] schema of the table
  /// \param[in] columns of it that are the key
  /// \param[in] context its memory, spill and poll are used
  static Result<std::unique_ptr<UniqueKeys>> Make(const arrow::Schema& schema,
                                                  std::vector<int> columns, StageContext context);

  /// \brief The keys of a batch. Threads: any number at once.
  Result<EncodedKeys> Encode(const BatchPtr& batch) const;

  /// \brief Judge the next rows. \param[in] keys theirs
  Status Consume(const BatchPtr& batch, const EncodedKeys& keys);

  /// \brief Judge the rows on disk. Called once, last.
  Status Finish();

  /// \brief The rows that repeat the key of an earlier one; before Finish, at least so many.
  int64_t num_repeated() const { return num_repeated_; }

  /// \brief The first of them, each key once.
  std::vector<SampleRow> sample() const;

 private:
  /// Keys that were seen.
  struct Seen {
    std::unique_ptr<SpillingKeys> keys;
    std::unordered_set<uint32_t> in_sample;  // their numbers
  };
  /// The number of a row in the order of all.
  using NumberOf = std::function<int64_t(int64_t row)>;

  UniqueKeys(std::vector<int> columns, StageContext context)
      : columns_(std::move(columns)), context_(std::move(context)), grant_(context_.memory) {}

  Result<Seen> MakeSeen(int level) const;
  Status Judge(const BatchPtr& rows, const EncodedKeys& keys, const arrow::UInt32Array& numbers,
               uint32_t num_known, const NumberOf& number_of, Seen* seen);
  Status AddSample(const BatchPtr& rows, int64_t row, int64_t number);
  Result<std::vector<SpilledPart>> JudgePart(const SpilledPart& part);

  const std::vector<int> columns_;
  const StageContext context_;
  std::vector<std::shared_ptr<arrow::DataType>> types_;  // of columns_
  Seen seen_;
  MemoryGrant grant_;
  int64_t num_batches_ = 0;
  int64_t num_repeated_ = 0;
  std::vector<std::pair<int64_t, SampleRow>> sample_;  // by number, kSampleRowsMax at most
};

}  // namespace tarn::local
