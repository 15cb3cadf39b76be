#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace tarn::generate {

/// \brief A new file, written from begin to end. It is an error when the file exists.
class OutputFile {
 public:
  OutputFile() = default;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  // All return kFailed with the path and what the system says.
  Status Create(std::string path);
  Status Append(std::string_view bytes);
  Status Close();

 private:
  Status Fail(std::string_view action) const;

  std::string path_;
  int descriptor_ = -1;
};

}  // namespace tarn::generate
