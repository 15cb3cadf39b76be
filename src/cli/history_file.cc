#include "cli/history_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace tarn::cli {
namespace {

// The value of a variable that is an absolute path; others are to be ignored.
std::string FolderOf(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value == '/' ? value : "";
}

}  // namespace

std::string HistoryFile() {
  std::string state = FolderOf("XDG_STATE_HOME");
  if (state.empty()) {
    const std::string home = FolderOf("HOME");
    if (home.empty()) return "";
    state = home + "/.local/state";
  }
  return state + "/tarn/history";
}

void MakeHistoryFile(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    mkdir(path.substr(0, slash).c_str(), 0700);
  }
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
}

}  // namespace tarn::cli
