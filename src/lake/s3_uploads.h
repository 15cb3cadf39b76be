#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/util/future.h>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "s3/client.h"
#include "s3/parted_upload.h"

namespace tarn::lake {

/// \brief How much memory uploads take.
struct UploadLimits {
  int64_t part_bytes = 8 << 20;              ///< of the first parts; at least 5 MiB
  size_t parts_in_flight = 3;                ///< for each object
  int64_t copied_part_bytes = 1 << 30;       ///< inside S3: 5 MiB to 5 GiB
  int64_t held_bytes = 256 << 20;            ///< of objects that wait for their PUT
  int64_t small_in_flight_bytes = 64 << 20;  ///< of small objects that are sent in one part

  /// \brief Those of them that take no more than `num_bytes` together, but for a part or two of
  /// each object that is written.
  UploadLimits Within(int64_t num_bytes) const;
};

/// \brief The objects of one run, sent as they are written and not visible before Publish.
///
/// A large one is sent in parts while it grows. A small one waits in memory for its PUT; when too
/// many wait, it is sent as an upload of one part, so that its memory is free. The request that
/// makes an object visible is held back. Whatever the number and size of objects, memory is
/// bounded.
/// Threads: NewObject from any; each object by one at a time; the rest when no object is written.
class S3Uploads : public std::enable_shared_from_this<S3Uploads> {
 public:
  S3Uploads(std::shared_ptr<s3::Client> client, UploadLimits limits)
      : client_(std::move(client)), limits_(limits) {}

  /// \brief Lower the limits as UploadLimits::Within. While no object is written.
  void LimitMemory(int64_t num_bytes) { limits_ = limits_.Within(num_bytes); }

  /// \brief A new object. Close keeps it for Publish; without Close it is dropped.
  /// A part that could not be sent is reported by a later Write or Close.
  std::shared_ptr<arrow::io::OutputStream> NewObject(std::string key);

  /// \brief An object of the bytes of another one of the bucket, which do not pass through here.
  /// \param[in] size_bytes of the other, at least 1
  void NewCopy(const std::string& source_key, int64_t size_bytes, std::string key);

  /// \brief Drop what is not among `keys`: a run that failed keeps some of its objects.
  Status DropAllBut(const std::vector<std::string>& keys);

  /// \brief Wait for what is being sent. \return why some of it could not be
  Status WaitForParts();

  /// \brief Make every object visible, many at once.
  /// \param[in] before_each called before each request; an error ends the rest
  Status Publish(const std::function<Status()>& before_each);

  /// \brief Sizes of the objects that Publish makes visible, by key.
  std::unordered_map<std::string, int64_t> sizes() const;

  /// \brief Drop all that is not visible yet.
  Status Drop() { return DropAllBut({}); }

 private:
  struct Object {
    std::shared_ptr<s3::PartedUpload> upload;
    std::shared_ptr<arrow::Buffer> bytes;  // null: sent in parts
    int64_t size_bytes = 0;                // once it is complete
    bool is_complete = false;
  };

  std::shared_ptr<Object> AddObject(std::string key);
  Status Complete(Object* object, std::shared_ptr<arrow::Buffer> rest);
  Status SendSmall(Object* object);
  arrow::Future<> PublishObject(Object* object);

  const std::shared_ptr<s3::Client> client_;
  UploadLimits limits_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Object>> objects_;
  int64_t held_bytes_ = 0;
  std::deque<std::pair<arrow::Future<std::string>, int64_t>> small_in_flight_;
  int64_t small_in_flight_bytes_ = 0;
};

}  // namespace tarn::lake
