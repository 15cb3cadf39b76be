#include "storage/local_listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <span>

#include "storage/file_descriptor.h"
#include "storage/os_error.h"

namespace tarn::storage {
namespace {

// The segments that are left to match; empty means every file at any depth.
using Segments = std::span<const GlobSegment>;

int64_t Nanoseconds(const timespec& time) {
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

struct Entry {
  std::string name;
  unsigned char type;  // DT_…
};

class Walk {
  using Stream = std::unique_ptr<DIR, int (*)(DIR*)>;

 public:
  explicit Walk(std::vector<ObjectInfo>* found) : found_(found) {}

  // List the open folder, which is path_.
  Status Visit(FileDescriptor folder, Segments segments) {
    const Stream stream(::fdopendir(folder.number()), &::closedir);
    if (stream == nullptr) return OsError(errno, "list a folder", path_);
    folder.Release();  // the stream's now
    ARROW_ASSIGN_OR_RAISE(const std::vector<Entry> entries, ReadEntries(stream.get()));
    for (const Entry& entry : entries) {
      const size_t length = path_.size();
      path_.append("/").append(entry.name);
      ARROW_RETURN_NOT_OK(VisitEntry(::dirfd(stream.get()), entry, segments));
      path_.resize(length);
    }
    return Status::OK();
  }

  Status VisitRoot(const std::string& path, Segments segments) {
    path_ = path;
    const std::string opened = path.empty() ? "/" : path;
    struct stat info;
    if (::stat(opened.c_str(), &info) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return Status::OK();
      return OsError(errno, "list files", opened);
    }
    if (S_ISREG(info.st_mode) && segments.empty()) Add(info);
    if (!S_ISDIR(info.st_mode)) return Status::OK();
    FileDescriptor folder(::open(opened.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open()) return OsError(errno, "list a folder", opened);
    return Visit(std::move(folder), segments);
  }

 private:
  Result<std::vector<Entry>> ReadEntries(DIR* stream) const {
    std::vector<Entry> entries;
    errno = 0;
    while (const dirent* entry = ::readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") entries.push_back({std::string(name), entry->d_type});
    }
    if (errno != 0) return OsError(errno, "list a folder", path_);
    return entries;
  }

  Status VisitEntry(int folder, const Entry& entry, Segments segments) {
    while (!segments.empty() && segments.front().any_depth) {
      const Segments rest = segments.subspan(1);
      if (rest.empty() || rest.front().any_depth) {
        segments = rest;
        continue;
      }
      // `**` stands for no folder here, and for this one.
      ARROW_RETURN_NOT_OK(VisitEntry(folder, entry, rest));
      return IsHiddenName(entry.name) ? Status::OK() : Descend(folder, entry, segments, false);
    }
    if (segments.empty()) {
      if (IsHiddenName(entry.name)) return Status::OK();
      ARROW_RETURN_NOT_OK(AddIfFile(folder, entry));
      return Descend(folder, entry, segments, false);
    }
    const std::string& pattern = segments.front().pattern;
    if (IsHiddenName(entry.name) && !IsHiddenName(pattern)) return Status::OK();
    if (!MatchesSegment(pattern, entry.name)) return Status::OK();
    if (segments.size() == 1) return AddIfFile(folder, entry);
    return Descend(folder, entry, segments.subspan(1), true);
  }

  Status Descend(int folder, const Entry& entry, Segments segments, bool follow_links) {
    const bool may_be_folder =
        entry.type == DT_DIR || entry.type == DT_UNKNOWN || (entry.type == DT_LNK && follow_links);
    if (!may_be_folder) return Status::OK();
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow_links ? 0 : O_NOFOLLOW);
    FileDescriptor child(::openat(folder, entry.name.c_str(), flags));
    if (!child.is_open()) {
      // Not a folder, or gone since it was listed.
      if (errno == ENOTDIR || errno == ENOENT || errno == ELOOP) return Status::OK();
      return OsError(errno, "list a folder", path_);
    }
    return Visit(std::move(child), segments);
  }

  Status AddIfFile(int folder, const Entry& entry) {
    if (entry.type != DT_REG && entry.type != DT_LNK && entry.type != DT_UNKNOWN) {
      return Status::OK();
    }
    struct stat info;
    if (::fstatat(folder, entry.name.c_str(), &info, 0) != 0) {
      // Gone since it was listed; but a link without a target is the user's mistake.
      if (errno == ENOENT && entry.type != DT_LNK) return Status::OK();
      return OsError(errno, "list a file", path_);
    }
    if (S_ISREG(info.st_mode)) Add(info);
    return Status::OK();
  }

  void Add(const struct stat& info) {
    found_->push_back({path_, info.st_size, Nanoseconds(info.st_mtim)});
  }

  std::string path_;
  std::vector<ObjectInfo>* found_;
};

}  // namespace

Result<std::vector<ObjectInfo>> ListLocal(const Glob& glob) {
  std::vector<ObjectInfo> found;
  ARROW_RETURN_NOT_OK(Walk(&found).VisitRoot(glob.literal_prefix, glob.segments));
  std::sort(found.begin(), found.end(),
            [](const ObjectInfo& left, const ObjectInfo& right) { return left.path < right.path; });
  // A glob with two `**` reaches a file in several ways.
  const auto same = [](const ObjectInfo& left, const ObjectInfo& right) {
    return left.path == right.path;
  };
  found.erase(std::unique(found.begin(), found.end(), same), found.end());
  return found;
}

}  // namespace tarn::storage
