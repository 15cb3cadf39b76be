#pragma once

#include <string>

#include "base/error.h"
#include "storage/local_folder.h"
#include "system/file_descriptor.h"

namespace tarn::lake {

/// \brief The right to change a lake, held by at most one process, or object, at a time.
///
/// The kernel gives it back when its holder dies. Released when this object goes.
class LocalLock {
 public:
  /// \param[in] state the folder of the lock file, which is made when missing and never removed
  /// \param[in] holder reported to others, such as a run's id
  /// \return kConflict with holder, process and host of whoever has it
  static Result<LocalLock> Acquire(const storage::LocalFolder& state, const std::string& holder);

  LocalLock(LocalLock&&) = default;
  ~LocalLock();

 private:
  explicit LocalLock(FileDescriptor file) : file_(std::move(file)) {}

  FileDescriptor file_;
};

}  // namespace tarn::lake
