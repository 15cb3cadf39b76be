#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/sample_row.h"
#include "local/batch/lanes.h"
#include "local/batch/shared_grant.h"
#include "local/keys/key_partitions.h"
#include "local/keys/spilling_keys.h"

namespace tarn::local {

/// \brief Finds the rows of a table whose key an earlier row has. A key with a NULL repeats none.
///
/// Keys are divided by hash, so that several threads judge rows at once. Where memory ends, keys
/// that are not known go to disk and are judged at the end.
/// Order of calls: Consume for all batches, Close, and when that has ended the rest.
class UniqueKeys {
 public:
  /// \brief The keys of a batch.
  struct Rows {
    BatchPtr batch;  ///< the columns of the key
    EncodedKeys keys;
    KeyPartitions partitions;
  };

  /// \param[in] schema of the table
  /// \param[in] columns of it that are the key
  static Result<std::unique_ptr<UniqueKeys>> Make(const arrow::Schema& schema,
                                                  std::vector<int> columns, StageContext context);

  /// \brief The keys of a batch. Threads: any number at once.
  Result<std::shared_ptr<const Rows>> Prepare(const BatchPtr& batch) const;

  /// \brief The same of a batch that has the columns of the key alone.
  static Result<std::shared_ptr<const Rows>> PrepareKeys(const BatchPtr& keys);

  /// \brief The next rows; they are judged by Work. Threads: one at a time.
  /// \return the error of one that failed before
  Status Consume(const std::shared_ptr<const Rows>& rows);

  /// \brief Judge rows that nobody is at. Threads: any number at once.
  void Work() { lanes_->Work(); }

  /// \brief All rows were given. Called once.
  /// \param[in] input why there are no more; where it is no error, rows on disk are judged too
  /// \param[in] on_end called once, when they are judged, by the thread that does the last of it;
  /// takes why they are not: the first error
  void Close(Status input, std::function<void(Status status)> on_end);

  /// \brief The rows that repeat the key of an earlier one; before the end, at least so many.
  /// Threads: any.
  int64_t num_repeated() const { return num_repeated_; }

  /// \brief The first of them, each key once.
  std::vector<SampleRow> sample() const;

 private:
  static constexpr int kNumPartitions = KeyPartitions::kNumPartitions;

  /// Keys that were seen.
  struct Seen {
    std::unique_ptr<SpillingKeys> keys;
    std::unordered_set<uint32_t> in_sample;  // their numbers
  };
  /// The first rows that repeat a key, by their numbers in the order of all, kSampleRowsMax at
  /// most.
  using Sample = std::vector<std::pair<int64_t, SampleRow>>;
  struct Partition {
    Seen seen;  // without keys: nothing was
    Sample sample;
    std::vector<SpilledPart> on_disk;  // once the rows have ended
  };
  /// Some rows of a batch.
  struct Judged {
    const arrow::RecordBatch& batch;
    const EncodedKeys& keys;
    std::span<const int64_t> rows;
    std::function<int64_t(int64_t row)> number_of;  // in the order of all
  };

  UniqueKeys(std::vector<int> columns, StageContext context);

  Result<Seen> MakeSeen(int level) const;
  Status JudgeRows(int partition, int64_t number, const Rows& rows);
  Status Judge(const Judged& judged, const arrow::UInt32Array& numbers, uint32_t num_known,
               Seen* seen, Sample* sample);
  static Status AddTo(Sample* sample, const arrow::RecordBatch& batch, int64_t row, int64_t number);
  Status TakeSpilled();
  Status JudgeSpilled(int partition);
  Result<std::vector<SpilledPart>> JudgePart(const SpilledPart& part, MemoryGrant* grant,
                                             Sample* sample);

  const std::vector<int> columns_;
  const StageContext context_;
  const std::shared_ptr<Lanes> lanes_;                   // of partitions, while rows come
  const std::shared_ptr<Lanes> end_lanes_;               // of partitions, at the end
  std::vector<std::shared_ptr<arrow::DataType>> types_;  // of columns_
  std::array<Partition, kNumPartitions> partitions_;
  SharedGrant grant_;  // of what the partitions have seen
  std::atomic<bool> is_frozen_ = false;
  int64_t num_batches_ = 0;
  std::atomic<int64_t> num_repeated_ = 0;
};

}  // namespace tarn::local
