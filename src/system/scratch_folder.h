#pragma once

#include <string>

#include "base/error.h"

namespace tarn {

/// \brief A folder below TMPDIR (else /tmp) that only this user may enter, removed with all that is
/// in it when this object goes.
class ScratchFolder {
 public:
  ScratchFolder() = default;
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  /// \brief Make it. Once.
  Status Make();

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace tarn
