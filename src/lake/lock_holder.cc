#include "lake/lock_holder.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "system/process.h"
#include "values/spark_text.h"

namespace tarn::lake {
namespace {

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string PidNamespace() {
  char target[64] = "";
  const ssize_t length = ::readlink("/proc/self/ns/pid", target, sizeof(target));
  return {target, length > 0 ? static_cast<size_t>(length) : 0};
}

std::string BootId() { return ReadText("/proc/sys/kernel/random/boot_id"); }

template <class Value>
void Take(const nlohmann::json& document, const char* key, Value* value) {
  const auto found = document.find(key);
  if (found == document.end()) return;
  if constexpr (std::is_same_v<Value, std::string>) {
    if (found->is_string()) *value = found->get<std::string>();
  } else if (found->is_number_integer()) {
    *value = found->get<Value>();
  }
}

}  // namespace

LockHolder LockHolder::Self(const std::string& holder) {
  LockHolder self;
  self.holder = holder;
  self.process = ::getpid();
  self.host = HostName();
  self.since = SparkTimestampText(int64_t{std::time(nullptr)} * 1'000'000);
  self.boot_id = BootId();
  self.pid_namespace = PidNamespace();
  self.process_start = ProcessStart(self.process);
  return self;
}

LockHolder LockHolder::FromJson(std::string_view json) {
  LockHolder read;
  const auto document = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return read;
  Take(document, "holder", &read.holder);
  Take(document, "process", &read.process);
  Take(document, "host", &read.host);
  Take(document, "since", &read.since);
  Take(document, "boot_id", &read.boot_id);
  Take(document, "pid_namespace", &read.pid_namespace);
  Take(document, "process_start", &read.process_start);
  Take(document, "token", &read.token);
  Take(document, "num_renewals", &read.num_renewals);
  return read;
}

std::string LockHolder::ToJson() const {
  nlohmann::json document = {{"holder", holder},
                             {"process", process},
                             {"host", host},
                             {"since", since},
                             {"boot_id", boot_id},
                             {"pid_namespace", pid_namespace},
                             {"process_start", process_start}};
  if (!token.empty()) {
    document["token"] = token;
    document["num_renewals"] = num_renewals;
  }
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

bool LockHolder::IsDead() const {
  const bool is_of_here = host == HostName() && !boot_id.empty() && boot_id == BootId() &&
                          !pid_namespace.empty() && pid_namespace == PidNamespace();
  if (!is_of_here || process <= 0) return false;
  const int error = ::kill(static_cast<pid_t>(process), 0) == 0 ? 0 : errno;
  if (error == ESRCH) return true;
  // Another process may have its number by now. Those of other users may be hidden.
  const int64_t start = ProcessStart(process);
  return start != process_start && (start != 0 || error == 0);
}

Status LockHolder::Conflict(std::string_view path) const {
  std::string who = "unknown";
  if (is_known()) {
    who = fmt::format("{}, process {} on {} since {} UTC", holder, process, host, since);
  }
  return MakeError(
      ErrorKind::kConflict,
      fmt::format("The lake is locked by another run; wait until it ends, or stop it: {}: {}", who,
                  path));
}

}  // namespace tarn::lake
