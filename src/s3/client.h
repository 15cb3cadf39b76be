#pragma once

#include <arrow/buffer.h>
#include <arrow/util/future.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "s3/object_answer.h"
#include "s3/responses.h"
#include "s3/settings.h"

/// Objects in S3 and in what speaks its protocol.
namespace tarn::s3 {

/// \brief A condition that must hold when a call is carried out; else IsPreconditionFailed.
struct Condition {
  std::string if_match;        ///< the object has this ETag; "": no matter
  bool if_none_match = false;  ///< there is no such object
};

/// \brief The calls that S3 offers on one bucket.
///
/// Calls return at once, are sent in their order, and are tried again after faults (no answer, 5xx,
/// SlowDown) with growing, random pauses until BucketSettings::retry_for is over; a service that
/// never answered is given up earlier. Each answer is checked: what is not what the call asked for,
/// or lacks any of it, is a fault, but is tried again for some seconds only.
/// Errors: IOError that names the call and the object (see s3/error.h), Cancelled.
/// Threads: any number at once. Futures are finished on a thread of the client's, where callbacks
/// must not wait for other calls.
class Client {
 public:
  /// \return kFailed when there are no credentials, kBadInput for a region that cannot be one
  static Result<std::shared_ptr<Client>> Make(const std::string& bucket, BucketSettings settings);
  virtual ~Client() = default;

  /// \brief Calls that are under way finish with Cancelled, as do later ones. Not to be called in
  /// a callback.
  virtual void End() {}

  virtual const std::string& bucket() const = 0;

  /// \brief The region that the bucket is in; "" when the service does not report it (HeadBucket).
  virtual arrow::Future<std::string> LookUpRegion() = 0;

  /// \brief The object's bytes.
  /// \param[in] if_match fail when the object has another ETag by now; "": no matter
  /// \param[in] size_bytes that the object has; -1: not known
  virtual arrow::Future<ObjectData> Get(const std::string& key, const std::string& if_match = "",
                                        int64_t size_bytes = -1) = 0;

  /// \brief `length` bytes from `offset`, fewer at the object's end.
  virtual arrow::Future<ObjectData> GetRange(const std::string& key, int64_t offset, int64_t length,
                                             const std::string& if_match = "",
                                             int64_t size_bytes = -1) = 0;

  /// \brief All but the bytes.
  virtual arrow::Future<ObjectData> Head(const std::string& key) = 0;

  /// \brief One page of the keys that begin with `prefix`, in order.
  /// \param[in] delimiter keys with it after the prefix are returned as common prefixes; "": none
  /// \param[in] token ListPage::next_token of the page before; "" for the first page
  /// \param[in] start_after only names after this text, which need not be one; of a later page:
  /// the last name of those before, so that a page that does not go on is a fault
  virtual arrow::Future<ListPage> List(const std::string& prefix, const std::string& delimiter,
                                       const std::string& token,
                                       const std::string& start_after = "") = 0;

  /// \return the new object's ETag
  virtual arrow::Future<std::string> Put(const std::string& key,
                                         std::shared_ptr<arrow::Buffer> bytes,
                                         Condition condition = {}) = 0;

  /// \brief Delete objects, up to 1000 at once. One that is not there is fine.
  /// \return the error of the first that is left; fine when S3 answered for each that it is gone
  virtual arrow::Future<> Delete(const std::vector<std::string>& keys) = 0;

  /// \brief Delete one object if it still has this ETag.
  virtual arrow::Future<> DeleteIfMatch(const std::string& key, const std::string& etag) = 0;

  /// \brief Begin an object that is sent in parts, and visible when it is completed.
  /// \return the upload's id
  virtual arrow::Future<std::string> CreateUpload(const std::string& key) = 0;

  /// \param[in] number 1 to 10,000
  /// \param[in] bytes at least 5 MiB but for the last part
  /// \return the part's ETag
  virtual arrow::Future<std::string> UploadPart(const std::string& key,
                                                const std::string& upload_id, int number,
                                                std::shared_ptr<arrow::Buffer> bytes) = 0;

  /// \brief UploadPart with `length` bytes from `offset` of another object of the bucket, up to
  /// 5 GiB, which do not pass through here.
  virtual arrow::Future<std::string> UploadPartCopy(const std::string& key,
                                                    const std::string& upload_id, int number,
                                                    const std::string& source_key, int64_t offset,
                                                    int64_t length) = 0;

  /// \brief Publish the object. Fine when this was done before: the object there has the ETag of
  /// these parts, or their number where a key of KMS makes ETags.
  /// \param[in] etags of all parts, in order
  virtual arrow::Future<> CompleteUpload(const std::string& key, const std::string& upload_id,
                                         const std::vector<std::string>& etags) = 0;

  /// \brief Drop an upload and its parts. One that is not there is fine.
  virtual arrow::Future<> AbortUpload(const std::string& key, const std::string& upload_id) = 0;

  /// \brief One page of the uploads that were begun and not completed.
  /// \param[in] after the page before; null for the first page
  virtual arrow::Future<UploadPage> ListUploads(const std::string& prefix,
                                                const UploadPage* after) = 0;
};

}  // namespace tarn::s3
