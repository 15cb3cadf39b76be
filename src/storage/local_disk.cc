#include "storage/local_disk.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>

#include "storage/glob.h"
#include "storage/local_file.h"
#include "storage/local_input_file.h"
#include "storage/local_listing.h"
#include "storage/os_error.h"
#include "storage/uri_scheme.h"

namespace tarn::storage {
namespace {

// A file under a hidden name beside its own until Close().
class PublishedFile : public arrow::io::OutputStream {
 public:
  static Result<std::shared_ptr<arrow::io::OutputStream>> Create(const std::string& path) {
    static std::atomic<int64_t> counter{0};
    const size_t name = path.find_last_of('/') + 1;
    std::string hidden = path.substr(0, name) + "." + path.substr(name) + "." +
                         std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".tmp";
    ARROW_ASSIGN_OR_RAISE(auto file, LocalOutputFile::Create(hidden));
    return std::shared_ptr<arrow::io::OutputStream>(
        new PublishedFile(std::move(file), std::move(hidden), path));
  }

  ~PublishedFile() override {
    if (!published_) ::unlink(hidden_.c_str());
  }

  Status Write(const void* data, int64_t num_bytes) override {
    return file_->Write(data, num_bytes);
  }
  using arrow::io::OutputStream::Write;
  Status Flush() override { return file_->Flush(); }

  Status Close() override {
    if (file_->closed()) return Status::OK();
    ARROW_RETURN_NOT_OK(file_->Close());
    if (std::rename(hidden_.c_str(), path_.c_str()) != 0) {
      return OsError(errno, "create a file", path_);
    }
    published_ = true;
    return Status::OK();
  }

  // Unlike the base class's, does not publish what is not complete.
  Status Abort() override { return file_->Close(); }
  Result<int64_t> Tell() const override { return file_->Tell(); }
  bool closed() const override { return file_->closed(); }

 private:
  PublishedFile(std::shared_ptr<LocalOutputFile> file, std::string hidden, std::string path)
      : file_(std::move(file)), hidden_(std::move(hidden)), path_(std::move(path)) {
    set_mode(arrow::io::FileMode::WRITE);
  }

  std::shared_ptr<LocalOutputFile> file_;
  std::string hidden_;
  std::string path_;
  bool published_ = false;
};

}  // namespace

Result<std::vector<ObjectInfo>> LocalDisk::List(const std::string& glob, const Period& period,
                                                std::vector<std::string>* dangling_links) {
  ARROW_ASSIGN_OR_RAISE(const std::string pattern, LocalPath(glob));
  ARROW_ASSIGN_OR_RAISE(const Glob parsed, ParseGlob(pattern, period));
  return ListLocal(parsed, dangling_links);
}

Result<std::shared_ptr<arrow::Buffer>> LocalDisk::Read(const ObjectInfo& object) {
  ARROW_ASSIGN_OR_RAISE(const auto file, LocalInputFile::Open(object));
  return file->ReadAll(buffers_.get());
}

// A file that is read in parts stays open for the next ones, whatever its path names by then.
Result<std::shared_ptr<arrow::Buffer>> LocalDisk::ReadRange(const ObjectInfo& object,
                                                            int64_t offset, int64_t length) {
  const bool is_whole = offset == 0 && length >= object.size_bytes;
  const bool is_shared = object.identity.is_known() && !is_whole;
  ARROW_ASSIGN_OR_RAISE(const auto file,
                        is_shared ? open_files_.Open(object) : LocalInputFile::Open(object));
  return file->ReadRange(offset, length, buffers_.get());
}

Result<std::shared_ptr<arrow::io::OutputStream>> LocalDisk::Create(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const std::string local_path, LocalPath(path));
  return PublishedFile::Create(local_path);
}

Status LocalDisk::Delete(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    ARROW_ASSIGN_OR_RAISE(const std::string local_path, LocalPath(path));
    if (::unlink(local_path.c_str()) != 0 && errno != ENOENT) {
      return OsError(errno, "delete a file", local_path);
    }
  }
  return Status::OK();
}

Result<std::string> LocalPath(const std::string& path_or_uri) {
  if (path_or_uri.starts_with('/')) return path_or_uri;
  const std::string_view scheme = SchemeOf(path_or_uri);
  if (scheme.empty()) {
    return MakeError(ErrorKind::kBadInput,
                     "Not an absolute path; begin it with / or file:///: " + path_or_uri);
  }
  if (scheme != "file") {
    return MakeError(
        ErrorKind::kBadInput,
        "Not a supported storage; use a local path, file:/// or s3://: " + path_or_uri);
  }
  std::string_view rest = std::string_view(path_or_uri).substr(scheme.size() + 1);
  if (rest.starts_with("//")) rest.remove_prefix(2);
  if (rest.starts_with("localhost/")) rest.remove_prefix(std::string_view("localhost").size());
  if (!rest.starts_with('/')) {
    return MakeError(ErrorKind::kBadInput,
                     "A file URI cannot name another host; use file:///path: " + path_or_uri);
  }
  return std::string(rest);
}

}  // namespace tarn::storage
