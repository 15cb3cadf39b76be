#include "lake/read_cache.h"

#include <algorithm>

namespace tarn::lake {
namespace {

// Parts are read in the order of files: a file is seldom asked for after so many others.
constexpr size_t kFilesKept = 8;

}  // namespace

Result<ReadCache::Metadata> ReadCache::MetadataOf(const std::string& path,
                                                  const std::function<Result<Metadata>()>& read) {
  const std::shared_ptr<File> file = FindFile(path);
  const std::lock_guard lock(file->mutex);
  if (file->metadata == nullptr) {
    ARROW_ASSIGN_OR_RAISE(file->metadata, read());
  }
  return file->metadata;
}

std::shared_ptr<ReadCache::File> ReadCache::FindFile(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(files_.begin(), files_.end(),
                                  [&](const auto& file) { return file->path == path; });
  if (found != files_.end()) return *found;
  if (files_.size() == kFilesKept) files_.pop_front();
  files_.push_back(std::make_shared<File>());
  files_.back()->path = path;
  return files_.back();
}

SharedDictionary* ReadCache::DictionaryOf(const std::string& column) {
  if (!has_codes_) return nullptr;
  const std::lock_guard lock(mutex_);
  return &dictionaries_[column];
}

}  // namespace tarn::lake
