#pragma once

#include <sys/stat.h>

#include <cstdint>

#include "storage/storage.h"

namespace tarn::storage {

/// \brief What the system says of a file.
struct FileStatus {
  mode_t mode = 0;
  int64_t size_bytes = 0;
  int64_t modified_ns = 0;  ///< since the epoch
  FileIdentity identity;

  bool is_regular() const { return S_ISREG(mode); }
  bool is_folder() const { return S_ISDIR(mode); }
};

/// \brief Ask for what `name` in an open folder names; links are followed.
/// \param[in] folder AT_FDCWD where `name` is a path
/// \return 0, or -1 with errno set
int StatPath(int folder, const char* name, FileStatus* status);

/// \brief Ask for an open file. \return 0, or -1 with errno set
int StatOpenFile(int file, FileStatus* status);

}  // namespace tarn::storage
