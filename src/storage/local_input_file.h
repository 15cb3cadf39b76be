#pragma once

#include <arrow/buffer.h>

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "base/error.h"
#include "storage/read_buffers.h"
#include "storage/storage.h"
#include "system/file_descriptor.h"

namespace tarn::storage {

/// \brief A file of this machine that is open for reading. All of its bytes are those of one file,
/// as it was listed, or reading fails: see ObjectInfo::identity.
///
/// A file that was replaced after it was opened is read on: the old one is still there. One that
/// grew is read to its listed size. What is cut or written over is seen by its size and its time of
/// change after every read.
/// What cannot be seen: new bytes in the old file where its size is then the same or more and its
/// time was set back, or was not moved on (file systems count it in steps of some milliseconds), or
/// where it is also longer than it was listed, as a log is that something else was appended to.
/// Threads: any number at once.
class LocalInputFile {
 public:
  /// \brief Open it, whatever it is now: reading fails where it is not the file that was listed.
  /// \return IOError where there is none
  static Result<std::shared_ptr<LocalInputFile>> Open(const ObjectInfo& object);

  /// \brief All that was listed; all that there is when its identity is unknown.
  /// \param[in] buffers where the memory comes from
  Result<std::shared_ptr<arrow::Buffer>> ReadAll(ReadBuffers* buffers) const;

  /// \brief As Storage::ReadRange.
  Result<std::shared_ptr<arrow::Buffer>> ReadRange(int64_t offset, int64_t length,
                                                   ReadBuffers* buffers) const;

  /// \return IOError where it is not what was listed, or not any more
  Status CheckUnchanged() const;

  const ObjectInfo& object() const { return object_; }

 private:
  LocalInputFile(FileDescriptor file, std::string path, ObjectInfo object)
      : file_(std::move(file)), path_(std::move(path)), object_(std::move(object)) {}

  bool is_listed() const { return object_.identity.is_known(); }
  Result<std::shared_ptr<arrow::Buffer>> ReadToEnd() const;

  const FileDescriptor file_;
  const std::string path_;
  const ObjectInfo object_;
};

/// \brief Keeps the files open that were read last, so that the parts of one file are read from the
/// same one. Threads: any number at once.
class OpenLocalFiles {
 public:
  /// \param[in] object with a known identity
  Result<std::shared_ptr<LocalInputFile>> Open(const ObjectInfo& object);

 private:
  std::shared_ptr<LocalInputFile> Find(const ObjectInfo& object);

  std::mutex mutex_;
  std::list<std::shared_ptr<LocalInputFile>> files_;  // the one used last is first
};

}  // namespace tarn::storage
