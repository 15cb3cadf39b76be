#pragma once

#include <arrow/io/interfaces.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "storage/local_folder.h"
#include "system/file_descriptor.h"

namespace tarn::storage {

/// \brief A new local file under its own name, seen by others while it grows.
///
/// For writers that publish by other means; LocalDisk::Create hides a file until it is complete.
/// Small writes are gathered, so that a small file is written by one system call.
/// Threads: one at a time.
class LocalOutputFile : public arrow::io::OutputStream {
 public:
  /// \brief Create `path`, and its folders where they are missing.
  /// \return IOError with EEXIST's detail when there is such a file.
  static Result<std::shared_ptr<LocalOutputFile>> Create(const std::string& path);

  /// \brief The same for `name` in `folder`.
  static Result<std::shared_ptr<LocalOutputFile>> Create(const LocalFolder& folder,
                                                         const std::string& name);

  Status Write(const void* data, int64_t num_bytes) override;
  using arrow::io::OutputStream::Write;
  Status Flush() override;
  Status Close() override;
  Result<int64_t> Tell() const override { return position_; }
  bool closed() const override { return !file_.is_open(); }

 private:
  LocalOutputFile(FileDescriptor file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {
    set_mode(arrow::io::FileMode::WRITE);
  }

  FileDescriptor file_;
  std::string path_;
  std::string gathered_;  // written, but not yet to the file
  int64_t position_ = 0;
};

/// \brief Write a whole new file at once, and wait until it is on the disk.
Status WriteNewFile(const LocalFolder& folder, const std::string& name, std::string_view content);

/// \brief Make the folder `path` and those above it. Existing ones are fine.
Status MakeFolders(const std::string& path);

/// \brief The folder that holds `path`, "/" for what lies in the root.
std::string ParentFolder(const std::string& path);

/// \brief Read `length` bytes from `offset` into `buffer`; fewer only at the end of the file.
/// \return the number of bytes read
Result<int64_t> ReadAt(const FileDescriptor& file, int64_t offset, int64_t length, uint8_t* buffer,
                       const std::string& path);

}  // namespace tarn::storage
