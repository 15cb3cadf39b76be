#include "lake/folder_of_path.h"

#include <utility>

namespace tarn::lake {

using storage::LocalFolder;

Result<const LocalFolder*> FolderOfPath::Reach(std::string_view path, bool make) {
  std::string wanted = prefix_ + std::string(path.substr(0, path.find_last_of('/') + 1));
  while (!open_.empty() &&
         wanted.compare(0, open_.back().path_bytes, path_, 0, open_.back().path_bytes) != 0) {
    open_.pop_back();
  }
  path_ = std::move(wanted);
  const LocalFolder* reached = open_.empty() ? base_ : &open_.back().folder;
  for (size_t begin = open_.empty() ? 0 : open_.back().path_bytes; begin < path_.size();) {
    const size_t slash = path_.find('/', begin);
    const std::string_view name = std::string_view(path_).substr(begin, slash - begin);
    ARROW_ASSIGN_OR_RAISE(LocalFolder next,
                          make ? reached->MakeFolder(name) : reached->OpenFolder(name));
    open_.push_back({slash + 1, std::move(next)});
    reached = &open_.back().folder;
    begin = slash + 1;
  }
  return reached;
}

}  // namespace tarn::lake
