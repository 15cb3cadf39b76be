#pragma once

#include <arrow/util/cancel.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "base/in_order.h"
#include "local/batch/cpu_slots.h"
#include "local/batch/operator.h"

namespace tarn::local {

/// \brief Batches of one source or table on their way to several readers.
///
/// Producers publish pieces by number, in any order; every reader gets the batches in the order of
/// the numbers. A batch is freed when the last reader has taken it. When much is queued, producers
/// wait for the readers; but not while one of any stream waits for a batch: it may have to finish
/// another stream, or this one by another number, first (a join's right side). Threads: any; each
/// reader number is one thread's.
class BatchStream {
 public:
  /// What is queued before producers wait.
  static constexpr int64_t kQueuedBytesMax = 256 << 20;

  /// \param[in] slots of all streams of a run; who waits gives its slot back; borrowed.
  BatchStream(int num_readers, CpuSlots* slots, arrow::StopToken stop,
              int64_t queued_bytes_max = kQueuedBytesMax);

  /// \brief Piece `number`: batches (empty ones are left out). Each number once.
  void Publish(int64_t number, std::vector<BatchPtr> batches);

  /// \brief The next batch of piece `number`, more may follow. While much of the piece waits for
  /// the pieces before it, or much is queued, the call waits too; these must be under way.
  void PublishPart(int64_t number, BatchPtr batch);

  /// \brief Readers get `status` in place of piece `number` and all later ones.
  void Fail(int64_t number, Status status);

  /// \brief There are pieces 0 to num_pieces - 1.
  void Finish(int64_t num_pieces);

  /// \brief The next batch of `reader`; null at the end.
  /// \return the status that Fail was given, when the reader comes to its place; Cancelled.
  Result<BatchPtr> Next(int reader);

  /// \brief `reader` takes no more.
  void Close(int reader);

 private:
  bool MayGoOn(int64_t number) const;
  void SetStarving(int reader, bool is_starving);
  void AdmitReady();
  void DropTaken();
  bool IsAtEnd() const;

  CpuSlots* const slots_;
  const arrow::StopToken stop_;
  const int64_t queued_bytes_max_;

  std::mutex mutex_;
  std::condition_variable changed_;
  InOrder<BatchPtr> early_;  // batches that others must precede
  int64_t early_bytes_ = 0;
  int64_t num_pieces_ = -1;  // -1: not known yet
  int64_t failed_piece_ = -1;
  Status failure_;

  std::deque<BatchPtr> batches_;  // those that some reader has not taken
  int64_t queued_bytes_ = 0;      // of batches_
  int num_producers_waiting_ = 0;
  bool all_closed_ = false;         // no reader is left
  int64_t first_batch_ = 0;         // the number of batches_.front()
  std::vector<int64_t> positions_;  // by reader: the number of its next batch
  std::vector<bool> is_starving_;   // by reader
};

}  // namespace tarn::local
