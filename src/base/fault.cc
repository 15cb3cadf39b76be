#include "base/fault.h"

#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>

namespace tarn {
namespace {

const char* const kFault = std::getenv("TARN_FAULT");

// How often `name` was reached, this time included.
int CountVisit(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, int, std::less<>> visits;
  std::lock_guard lock(mutex);
  return ++visits.try_emplace(std::string(name), 0).first->second;
}

}  // namespace

void FaultPoint(std::string_view name) {
  if (kFault == nullptr) return;
  std::string_view wanted = kFault;
  if (!wanted.starts_with(name)) return;
  std::string_view rest = wanted.substr(name.size());
  if (rest.empty()) std::raise(SIGKILL);
  if (rest[0] == ':' && CountVisit(name) == std::atoi(rest.data() + 1)) std::raise(SIGKILL);
}

}  // namespace tarn
