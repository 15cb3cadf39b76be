#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "local/scan/scan_item.h"
#include "storage/storage.h"

namespace tarn::local {

/// \brief Begins to read items of remote storages before a worker takes them, so that the way there
/// and back is waited for once and not for each of them.
///
/// Threads: any number at once.
class ItemReads {
 public:
  /// \param[in] items in the order in which they are taken; borrowed
  /// \param[in] storages by source; borrowed
  ItemReads(const std::vector<ScanItem>* items, std::vector<storage::Storage*> storages)
      : items_(*items), storages_(std::move(storages)), started_(items->size()) {}

  /// \brief What an item needs, when it has come or failed; later items are begun meanwhile.
  /// \return whole files, or the range of lines; nothing for what is read as it is scanned
  std::vector<storage::BufferFuture> Take(size_t index);

 private:
  void StartAhead(size_t index);
  std::vector<storage::BufferFuture> Start(const ScanItem& item) const;

  const std::vector<ScanItem>& items_;
  const std::vector<storage::Storage*> storages_;

  std::mutex mutex_;
  std::vector<std::vector<storage::BufferFuture>> started_;  // by item
  size_t num_started_ = 0;
  int64_t bytes_ahead_ = 0;  // of items that are started and not taken
};

}  // namespace tarn::local
