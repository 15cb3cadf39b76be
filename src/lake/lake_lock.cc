#include "lake/lake_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/spark_text.h"
#include "storage/local_file.h"
#include "storage/os_error.h"

namespace tarn::lake {
namespace {

using storage::OsError;

constexpr size_t kContentBytesMax = 4096;

std::string HostName() {
  char name[256] = "";
  if (::gethostname(name, sizeof(name) - 1) != 0) return "unknown";
  return name;
}

std::string HolderJson(const std::string& holder) {
  const nlohmann::json document = {
      {"holder", holder},
      {"process", ::getpid()},
      {"host", HostName()},
      {"since", SparkTimestampText(int64_t{std::time(nullptr)} * 1'000'000)}};
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Status Conflict(const storage::FileDescriptor& file, const std::string& path) {
  std::string content(kContentBytesMax, '\0');
  const ssize_t length = ::pread(file.number(), content.data(), content.size(), 0);
  content.resize(length > 0 ? static_cast<size_t>(length) : 0);
  // The holder may not have written it yet.
  const auto document = nlohmann::json::parse(content, nullptr, /*allow_exceptions=*/false);
  std::string holder = "unknown";
  if (document.is_object()) {
    holder = fmt::format("{}, process {} on {} since {} UTC", document.value("holder", "unknown"),
                         document.value("process", 0), document.value("host", "unknown"),
                         document.value("since", "unknown"));
  }
  return MakeError(ErrorKind::kConflict,
                   fmt::format("Another run holds the lake; wait until it ends, or stop it: {}: {}",
                               holder, path));
}

}  // namespace

Result<LakeLock> LakeLock::Acquire(const std::string& path, const std::string& holder) {
  ARROW_RETURN_NOT_OK(storage::MakeFolders(storage::ParentFolder(path)));
  storage::FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file.is_open()) return OsError(errno, "open the lake's lock", path);
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return Conflict(file, path);
    return OsError(errno, "lock the lake", path);
  }
  const std::string content = HolderJson(holder);
  if (::ftruncate(file.number(), 0) != 0 || ::pwrite(file.number(), content.data(), content.size(),
                                                     0) != static_cast<ssize_t>(content.size())) {
    return OsError(errno, "write the lake's lock", path);
  }
  return LakeLock(std::move(file));
}

LakeLock::~LakeLock() {
  // Who held it last is nobody's concern; closing unlocks.
  if (file_.is_open() && ::ftruncate(file_.number(), 0) != 0) return;
}

}  // namespace tarn::lake
