#include "storage/local_listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "storage/glob_matcher.h"
#include "storage/listing_order.h"
#include "storage/local_file_status.h"
#include "storage/os_error.h"
#include "system/file_descriptor.h"

namespace tarn::storage {
namespace {

using Spots = GlobMatcher::Spots;

std::string_view NameOfType(mode_t mode) {
  if (S_ISFIFO(mode)) return "FIFO";
  return S_ISSOCK(mode) ? "socket" : "device";
}

struct Entry {
  std::string name;
  unsigned char type;  // DT_…
};

class Walk {
  using Stream = std::unique_ptr<DIR, int (*)(DIR*)>;

 public:
  Walk(const GlobBranch& branch, const Period& period, std::vector<ObjectInfo>* found,
       std::vector<std::string>* dangling_links)
      : branch_(branch), matcher_(branch, period), found_(found), dangling_links_(dangling_links) {}

  // List the branch's literal prefix.
  Status Run() {
    path_ = branch_.literal_prefix;
    const std::string opened = path_.empty() ? "/" : path_;
    FileStatus status;
    if (StatPath(AT_FDCWD, opened.c_str(), &status) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return Status::OK();
      return OsError(errno, "list files", opened);
    }
    if (!status.is_folder()) return branch_.segments.empty() ? Add(status) : Status::OK();
    FileDescriptor folder(::open(opened.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open()) return OsError(errno, "list a folder", opened);
    return Visit(std::move(folder), matcher_.Begin());
  }

 private:
  // List the open folder, which is path_.
  Status Visit(FileDescriptor folder, const Spots& spots) {
    const Stream stream(::fdopendir(folder.number()), &::closedir);
    if (stream == nullptr) return OsError(errno, "list a folder", path_);
    folder.Release();  // the stream's now
    ARROW_ASSIGN_OR_RAISE(const std::vector<Entry> entries, ReadEntries(stream.get()));
    for (const Entry& entry : entries) {
      const size_t length = path_.size();
      path_.append("/").append(entry.name);
      ARROW_RETURN_NOT_OK(VisitEntry(::dirfd(stream.get()), entry, spots));
      path_.resize(length);
    }
    return Status::OK();
  }

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

  Status VisitEntry(int folder, const Entry& entry, const Spots& spots) {
    const GlobMatcher::Step step = matcher_.Take(spots, entry.name);
    if (step.is_match) ARROW_RETURN_NOT_OK(AddIfFile(folder, entry));
    const Spots below = step.all();
    if (!below.empty() && (entry.type == DT_DIR || entry.type == DT_UNKNOWN)) {
      ARROW_ASSIGN_OR_RAISE(const bool is_folder, Descend(folder, entry, below, O_NOFOLLOW));
      if (is_folder) return Status::OK();
    }
    if (!step.by_name.empty() && (entry.type == DT_LNK || entry.type == DT_UNKNOWN)) {
      return Descend(folder, entry, step.by_name, 0).status();
    }
    return Status::OK();
  }

  // Whether it was a folder, and not gone since it was listed.
  Result<bool> Descend(int folder, const Entry& entry, const Spots& spots, int flags) {
    flags |= O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    FileDescriptor child(::openat(folder, entry.name.c_str(), flags));
    if (!child.is_open()) {
      if (errno == ENOTDIR || errno == ENOENT || errno == ELOOP) return false;
      return OsError(errno, "list a folder", path_);
    }
    ARROW_RETURN_NOT_OK(Visit(std::move(child), spots));
    return true;
  }

  Status AddIfFile(int folder, const Entry& entry) {
    if (entry.type == DT_DIR) return Status::OK();
    FileStatus status;
    if (StatPath(folder, entry.name.c_str(), &status) != 0) {
      if (errno == ENOENT && entry.type != DT_LNK) return Status::OK();  // gone meanwhile
      if ((errno != ENOENT && errno != ELOOP) || dangling_links_ == nullptr) {
        return OsError(errno, "list a file", path_);
      }
      dangling_links_->push_back(path_);
      return Status::OK();
    }
    return status.is_folder() ? Status::OK() : Add(status);
  }

  Status Add(const FileStatus& status) {
    if (!status.is_regular()) {
      return MakeError(ErrorKind::kBadInput,
                       fmt::format("Not a file, but a {}; save its output in a file, or leave "
                                   "its name out of the path: {}",
                                   NameOfType(status.mode), path_));
    }
    found_->push_back({path_, status.size_bytes, status.modified_ns, "", status.identity});
    return Status::OK();
  }

  const GlobBranch& branch_;
  const GlobMatcher matcher_;
  std::string path_;
  std::vector<ObjectInfo>* const found_;
  std::vector<std::string>* const dangling_links_;  // null: they are errors
};

}  // namespace

Result<std::vector<ObjectInfo>> ListLocal(const Glob& glob,
                                          std::vector<std::string>* dangling_links) {
  std::vector<ObjectInfo> found;
  for (const GlobBranch& branch : glob.branches) {
    ARROW_RETURN_NOT_OK(Walk(branch, glob.period, &found, dangling_links).Run());
  }
  SortByPath(&found);
  return found;
}

}  // namespace tarn::storage
