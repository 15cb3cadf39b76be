#pragma once

#include <arrow/buffer.h>
#include <arrow/util/future.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "s3/client.h"

namespace tarn::s3 {

/// \brief One object that is sent in parts while it grows, and is not visible before Complete.
///
/// Whoever gives it up has to drop what Unfinished returns.
/// Threads: one at a time.
class PartedUpload {
 public:
  /// \param[in] first_part_bytes at least 5 MiB; later parts grow, as there may be 10,000 at most
  PartedUpload(std::shared_ptr<Client> client, std::string key, int64_t first_part_bytes)
      : client_(std::move(client)), key_(std::move(key)), first_part_bytes_(first_part_bytes) {}

  const std::string& key() const { return key_; }
  bool has_begun() const { return id_.is_valid(); }

  /// \brief Of all parts that were sent so far.
  int64_t size_bytes() const { return size_bytes_; }

  /// \brief How large the next part should be.
  int64_t part_bytes() const;

  /// \brief Send a part; returns at once. The first begins the upload.
  void Send(std::shared_ptr<arrow::Buffer> part);

  /// \brief Send bytes of another object of the bucket as a part, without reading them.
  void SendCopy(const std::string& source_key, int64_t offset, int64_t length);

  /// \brief Wait while more than so many parts are under way.
  /// \return why one of those that were waited for could not be sent
  Status Wait(size_t num_in_flight_max = 0);

  /// \brief The part that was sent last: its ETag.
  const arrow::Future<std::string>& last_part() const { return parts_.back(); }

  /// \brief Make the object visible. All parts were sent, and waited for.
  arrow::Future<> Complete();

  /// \brief What to abort to be rid of the parts: waits for them, as one that arrives after the
  /// abort might stay for good. None when the upload did not begin, or without an answer to that:
  /// then it may be there all the same.
  std::optional<ListedUpload> Unfinished() const;

 private:
  /// The next part's number, once the upload has begun.
  int Begin();

  const std::shared_ptr<Client> client_;
  const std::string key_;
  const int64_t first_part_bytes_;
  arrow::Future<std::string> id_;
  std::vector<arrow::Future<std::string>> parts_;  // their ETags
  int64_t size_bytes_ = 0;
};

}  // namespace tarn::s3
