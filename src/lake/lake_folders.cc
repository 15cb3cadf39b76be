#include "lake/lake_folders.h"

#include <algorithm>

namespace tarn::lake {

void RemoveEmptyFolders(const LakeFolders& lake, std::string folder) {
  const bool is_own = folder.starts_with(LakeFolders::kState);
  do {
    const size_t name = folder.find_last_of('/') + 1;
    const auto parent = lake.root.OpenFolder(folder.substr(0, name));
    if (!parent.ok() || !parent->RemoveEmptyFolder(folder.substr(name))) return;
    folder.resize(std::max<size_t>(name, 1) - 1);
  } while (is_own && folder != LakeFolders::kState);
}

}  // namespace tarn::lake
