#include "spark/launch/submit_command.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/environment_variables.h"

namespace tarn::spark {
namespace {

using Variables = std::map<std::string, std::string>;

// Where it runs, where it listens and whom it lets in.
constexpr std::array<std::string_view, 6> kReserved = {
    "spark.master",   "spark.submit.deployMode",
    "spark.remote",   "spark.connect.grpc.binding.address",
    "spark.api.mode", "spark.connect.authenticate.token"};

bool IsLocal(std::string_view master) { return master.starts_with("local"); }

bool Has(const Conf& conf, std::string_view key) {
  return std::any_of(conf.begin(), conf.end(), [&](const auto& item) { return item.first == key; });
}

bool IsTrue(const Conf& conf, std::string_view key) {
  bool value = false;
  for (const auto& item : conf) value = item.first == key ? item.second == "true" : value;
  return value;
}

// What the caller's settings go before.
Conf Defaults(const std::string& master, const Conf& conf, const std::string& scratch_folder) {
  Conf defaults = {
      {"spark.app.name", "tarn"},
      {"spark.connect.grpc.binding.port", "0"},
      {"spark.sql.session.timeZone", "UTC"},
      {"spark.ui.showConsoleProgress", "false"},
      {"spark.log.level", "INFO"},  // the port is told at this level
  };
  if (IsLocal(master)) {
    defaults.emplace_back("spark.driver.host", "127.0.0.1");
    defaults.emplace_back("spark.driver.bindAddress", "127.0.0.1");
    defaults.emplace_back("spark.sql.warehouse.dir", scratch_folder + "/warehouse");
  }
  // Who asks for a number of executors gets it.
  if (master == "yarn" && !Has(conf, "spark.dynamicAllocation.enabled") &&
      !Has(conf, "spark.executor.instances")) {
    defaults.emplace_back("spark.dynamicAllocation.enabled", "true");
    if (!IsTrue(conf, "spark.shuffle.service.enabled")) {
      defaults.emplace_back("spark.dynamicAllocation.shuffleTracking.enabled", "true");
    }
  }
  return defaults;
}

std::vector<std::string> Arguments(const SparkHome& home, const std::string& master, Conf defaults,
                                   const Conf& conf) {
  std::vector<std::string> arguments = {home.folder + "/bin/spark-submit",
                                        "--class",
                                        "org.apache.spark.sql.connect.service.SparkConnectServer",
                                        "--master",
                                        master,
                                        "--deploy-mode",
                                        "client"};
  if (!home.ships_connect) {
    std::string package =
        fmt::format("org.apache.spark:spark-connect_{}:{}", home.scala_version, home.version);
    for (const auto& [key, value] : conf) {
      if (key == "spark.jars.packages") package = value + "," + package;
    }
    arguments.insert(arguments.end(), {"--packages", package});
  }
  defaults.emplace_back("spark.connect.grpc.binding.address", "127.0.0.1");
  defaults.insert(defaults.end(), conf.begin(), conf.end());
  for (const auto& [key, value] : defaults) {
    arguments.insert(arguments.end(), {"--conf", key + "=" + value});
  }
  return arguments;
}

Variables Environment() {
  Variables variables;
  for (const std::string& text : CurrentEnvironment()) {
    const size_t sign = text.find('=');
    if (sign != std::string::npos) variables.emplace(text.substr(0, sign), text.substr(sign + 1));
  }
  return variables;
}

// The first of these that is set and not empty says what the locale is.
bool IsUtf8(const Variables& variables) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto found = variables.find(name);
    if (found == variables.end() || found->second.empty()) continue;
    return found->second.ends_with("UTF-8") || found->second.ends_with("utf8");
  }
  return false;
}

}  // namespace

Result<Program> MakeSubmitCommand(const SparkHome& home, const std::string& master,
                                  const Conf& conf, const std::string& token,
                                  const std::string& scratch_folder) {
  for (const std::string_view key : kReserved) {
    if (Has(conf, key)) {
      return MakeError(
          ErrorKind::kUsage,
          fmt::format("A setting of Spark that tarn makes itself; leave it out: {}", key));
    }
  }
  Program program;
  program.arguments = Arguments(home, master, Defaults(master, conf, scratch_folder), conf);
  Variables variables = Environment();
  variables.erase("SPARK_REMOTE");  // spark-submit would be a client of another server
  variables["SPARK_HOME"] = home.folder;
  variables["SPARK_CONNECT_AUTHENTICATE_TOKEN"] = token;
  // In the C locale Java writes no files whose names have letters beyond ASCII.
  if (!IsUtf8(variables)) variables["LC_ALL"] = "C.UTF-8";
  variables["SPARK_LOG_DIR"] = scratch_folder;
  variables["SPARK_PID_DIR"] = scratch_folder;
  // Else the web page listens on every address, and the name of a machine may have none.
  if (IsLocal(master)) variables.emplace("SPARK_LOCAL_IP", "127.0.0.1");
  for (const auto& [name, value] : variables) program.environment.push_back(name + "=" + value);
  return program;
}

}  // namespace tarn::spark
