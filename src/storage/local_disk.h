#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/local_input_file.h"
#include "storage/storage.h"

namespace tarn::storage {

/// \brief Files of this machine, by absolute path. See Storage for the contract.
class LocalDisk : public Storage {
 public:
  Result<std::vector<ObjectInfo>> List(const std::string& glob, const Period& period = {},
                                       std::vector<std::string>* dangling_links = nullptr) override;
  Result<std::shared_ptr<arrow::Buffer>> Read(const ObjectInfo& object) override;
  Result<std::shared_ptr<arrow::Buffer>> ReadRange(const ObjectInfo& object, int64_t offset,
                                                   int64_t length) override;
  Result<std::shared_ptr<arrow::io::OutputStream>> Create(const std::string& path) override;
  Status Delete(const std::vector<std::string>& paths) override;

 private:
  OpenLocalFiles open_files_;
  const std::shared_ptr<ReadBuffers> buffers_ = ReadBuffers::Make();
};

/// \brief The absolute path that `path_or_uri` names on this machine.
///
/// Takes an absolute path, `file:/path` and `file:///path`; like Spark, it decodes no %XX.
/// \return kBadInput for a relative path, another host or another scheme.
Result<std::string> LocalPath(const std::string& path_or_uri);

}  // namespace tarn::storage
