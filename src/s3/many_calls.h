#pragma once

#include <arrow/util/future.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "s3/client.h"

namespace tarn::s3 {

/// \brief Many calls, a bounded number of them in flight. Threads: one at a time.
class CallWindow {
 public:
  explicit CallWindow(size_t num_in_flight_max) : num_in_flight_max_(num_in_flight_max) {}

  /// \brief Add a call that is under way; waits while too many are.
  void Add(arrow::Future<> call);

  /// \brief The first error of the calls that were waited for.
  const Status& status() const { return status_; }

  /// \brief Wait for all. \return the first error
  Status Finish();

 private:
  void WaitForOldest();

  const size_t num_in_flight_max_;
  std::deque<arrow::Future<>> in_flight_;
  Status status_;
};

/// \brief Delete objects in batches of 1000, several at once. Those that are gone are fine.
/// \param[in] before_batch called before each batch; may be empty
Status DeleteObjects(Client* client, const std::vector<std::string>& keys,
                     const std::function<void()>& before_batch = {});

}  // namespace tarn::s3
