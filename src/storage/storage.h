#pragma once

#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/util/future.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/period.h"

namespace tarn::storage {

/// \brief Which file of this machine's disks a path named. A new file may get the inode of one that
/// was deleted: its creation time distinguishes them, where the file system keeps it.
struct FileIdentity {
  uint64_t device = 0;  ///< that holds the file: inodes are its own
  uint64_t inode = 0;   ///< 0: unknown
  int64_t born_ns = 0;  ///< since the epoch; 0: unknown

  bool is_known() const { return inode != 0; }
};

/// The size of an object that was not listed.
constexpr int64_t kUnknownSize = -1;

/// \brief One file or object as a listing returns it.
struct ObjectInfo {
  std::string path;         ///< absolute path or URI, as Storage takes it
  int64_t size_bytes = 0;   ///< kUnknownSize, without etag and identity: Read reads what is there
  int64_t modified_ns = 0;  ///< since the epoch; 0 when unknown
  std::string etag{};       ///< of an object: what it has now is what was listed; "": unknown
  FileIdentity identity{};  ///< of a file on a disk; unknown: it is read as it is now
};

using BufferFuture = arrow::Future<std::shared_ptr<arrow::Buffer>>;

/// \brief Files on a disk or objects in a store, by absolute path or URI.
///
/// Threads: any number at once. Errors: IOError with the path and the operation in its message;
/// a missing file is IOError with ENOENT's detail (see IsNotFound). Reading an object that is
/// another one than was listed is an error; a file that only grew is read to its listed size.
class Storage {
 public:
  virtual ~Storage() = default;

  /// \brief Files that match `glob`, sorted by path.
  ///
  /// `*` and `?` and `[…]` match within one path segment, `**` any number of segments, `{a,b}`
  /// alternatives, `{yyyy}` `{MM}` `{dd}` `{HH}` the digits of a date. A glob without wildcards
  /// that names a folder lists all files below it. Names that begin with `_` or `.` are skipped
  /// unless the glob names them. Listing starts at the longest literal prefix. Nothing found, or no
  /// such folder: an empty list. A folder that cannot be read is an error, and so is a match that
  /// is neither a file nor a folder: a FIFO, a socket or a device has no content to list. Names are
  /// bytes: what is not UTF-8 is matched byte by byte.
  /// \param[in] period that the dates in a file's path must overlap; folders outside are not listed
  /// \param[out] dangling_links gets the paths of links that match and lead nowhere, which are left
  ///   out; null: they are errors
  virtual Result<std::vector<ObjectInfo>> List(
      const std::string& glob, const Period& period = {},
      std::vector<std::string>* dangling_links = nullptr) = 0;

  /// \brief The whole content.
  virtual Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectInfo& object) = 0;

  /// \brief `length` bytes from `offset`, fewer only at the end of the file.
  virtual Result<std::shared_ptr<arrow::Buffer>> ReadRange(const ObjectInfo& object, int64_t offset,
                                                           int64_t length) = 0;

  /// \brief Whether it answers late, but many questions at once: reads are worth beginning early.
  virtual bool is_remote() const { return false; }

  /// \brief Begin to read; a storage that is not remote reads before it returns.
  virtual BufferFuture ReadAsync(const ObjectInfo& object) { return Read(object); }
  virtual BufferFuture ReadRangeAsync(const ObjectInfo& object, int64_t offset, int64_t length) {
    return ReadRange(object, offset, length);
  }

  /// \brief A new file for writing; its folders are made. Close() publishes it, in the place of an
  /// older one; a stream that goes without Close() leaves nothing.
  virtual Result<std::shared_ptr<arrow::io::OutputStream>> Create(const std::string& path) = 0;

  /// \brief Delete files; objects all of one bucket. One that is not there is fine.
  virtual Status Delete(const std::vector<std::string>& paths) = 0;
};

/// \brief What some globs match, and the storage that holds it.
struct Listing {
  std::shared_ptr<Storage> storage;
  std::vector<ObjectInfo> files;              ///< in the order of the globs, then by path
  std::vector<std::string> dangling_links{};  ///< paths that match too, but have no content
};

/// \brief What to warn of: links that lead nowhere, of many the first ones by their paths.
std::vector<std::string> WarningsOf(const Listing& listing);

/// \brief Whether `status` says that a file does not exist.
bool IsNotFound(const Status& status);

/// \brief The glob that matches `path` and nothing else, also where it has characters such as `[`.
std::string EscapeGlob(std::string_view path);

/// \brief `base` and `relative` joined; `relative` as it is when absolute or a URI.
std::string JoinPath(const std::string& base, const std::string& relative);

}  // namespace tarn::storage
