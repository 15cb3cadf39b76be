#include "storage/os_error.h"

#include <arrow/util/io_util.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "storage/storage.h"

namespace tarn::storage {
namespace {

std::string_view AdviceFor(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return "; free some space or choose a folder on another disk";
    case EACCES:
    case EPERM:
      return "; check the owner and the permissions of the file and of its folders";
    case EROFS:
      return "; choose a folder that can be written";
    case ENOENT:
      return "; check the path";
    case ENOTDIR:
    case EEXIST:
      return "; a file is where a folder is needed, move it or choose another folder";
    case EMFILE:
    case ENFILE:
      return "; raise the limit of open files (ulimit -n)";
    default:
      return "";
  }
}

}  // namespace

Status OsError(int error_number, std::string_view operation, std::string_view path) {
  std::string message = fmt::format("Cannot {}: {}{}: {}", operation, std::strerror(error_number),
                                    AdviceFor(error_number), path);
  return {arrow::StatusCode::IOError, std::move(message),
          arrow::internal::StatusDetailFromErrno(error_number)};
}

bool IsNotFound(const Status& status) {
  return !status.ok() && arrow::internal::ErrnoFromStatus(status) == ENOENT;
}

}  // namespace tarn::storage
