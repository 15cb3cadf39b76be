#include "spark/launch/submit_command.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "spark/launch/properties_file.h"
#include "system/environment_variables.h"
#include "system/secret_token.h"

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

// The value that would hold without ours.
std::string TheirValue(const Variables& machine, const Conf& conf, const std::string& key) {
  const auto found = machine.find(key);
  std::string value = found == machine.end() ? "" : found->second;
  for (const auto& item : conf) {
    if (item.first == key) value = item.second;
  }
  return value;
}

// What other users of this machine may not do or see: the run's files are in its own folder, and
// who reaches the web page or a port of the driver can end or read nothing.
void AddLocalProtection(const Variables& machine, const Conf& conf, const std::string& secret,
                        const std::string& scratch_folder, Conf* defaults) {
  defaults->emplace_back("spark.authenticate", "true");
  defaults->emplace_back("spark.authenticate.secret", secret);
  defaults->emplace_back("spark.ui.killEnabled", "false");
  defaults->emplace_back("spark.sql.warehouse.dir", scratch_folder + "/warehouse");
  if (TheirValue(machine, conf, "spark.local.dir").empty()) {
    defaults->emplace_back("spark.local.dir", scratch_folder + "/local");
  }
}

// What the caller's settings go before.
Conf Defaults(const std::string& master, const Conf& conf, const Variables& machine,
              const std::string& secret, const std::string& scratch_folder) {
  Conf defaults = {
      {"spark.app.name", "tarn"},
      {"spark.connect.grpc.binding.port", "0"},
      {"spark.sql.session.timeZone", "UTC"},
      {"spark.ui.showConsoleProgress", "false"},
      {"spark.log.level", "INFO"},  // the port is logged at this level
  };
  if (IsLocal(master)) {
    defaults.emplace_back("spark.driver.host", "127.0.0.1");
    defaults.emplace_back("spark.driver.bindAddress", "127.0.0.1");
    AddLocalProtection(machine, conf, secret, scratch_folder, &defaults);
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

std::string JavaFolderIn(const std::string& scratch_folder) { return scratch_folder + "/java"; }

std::vector<std::string> Arguments(const SparkHome& home, const std::string& master,
                                   const Conf& conf, const std::string& properties_file) {
  std::vector<std::string> arguments = {home.folder + "/bin/spark-submit",
                                        "--class",
                                        "org.apache.spark.sql.connect.service.SparkConnectServer",
                                        "--master",
                                        master,
                                        "--deploy-mode",
                                        "client",
                                        "--properties-file",
                                        properties_file,
                                        "--load-spark-defaults"};
  if (!home.ships_connect) {
    std::string package =
        fmt::format("org.apache.spark:spark-connect_{}:{}", home.scala_version, home.version);
    for (const auto& [key, value] : conf) {
      if (key == "spark.jars.packages") package = value + "," + package;
    }
    arguments.insert(arguments.end(), {"--packages", package});
  }
  return arguments;
}

// All settings; of two with one key, the last holds.
Conf Settings(const SparkHome& home, const std::string& master, const Conf& conf,
              const std::string& secret, const std::string& scratch_folder) {
  constexpr const char* kJavaOptions = "spark.driver.defaultJavaOptions";
  const Variables machine = ReadSparkDefaults(home.folder);
  Conf settings = Defaults(master, conf, machine, secret, scratch_folder);
  settings.emplace_back("spark.connect.grpc.binding.address", "127.0.0.1");
  settings.insert(settings.end(), conf.begin(), conf.end());
  // Artifacts of sessions, native libraries, what is uploaded.
  settings.emplace_back(kJavaOptions,
                        fmt::format("-Djava.io.tmpdir=\"{}\" {}", JavaFolderIn(scratch_folder),
                                    TheirValue(machine, conf, kJavaOptions)));
  return settings;
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

std::string PropertiesFileIn(const std::string& scratch_folder) {
  return scratch_folder + "/spark.properties";
}

Result<Program> MakeSubmitCommand(const SparkHome& home, const std::string& master,
                                  const Conf& conf, const std::string& token,
                                  const std::string& scratch_folder) {
  for (const std::string_view key : kReserved) {
    if (Has(conf, key)) {
      return MakeError(
          ErrorKind::kUsage,
          fmt::format("A setting of Spark that tarn sets itself; leave it out: {}", key));
    }
  }
  ARROW_ASSIGN_OR_RAISE(const std::string secret, MakeSecretToken());
  ARROW_RETURN_NOT_OK(WritePropertiesFile(PropertiesFileIn(scratch_folder),
                                          Settings(home, master, conf, secret, scratch_folder)));
  std::error_code error;
  std::filesystem::create_directory(JavaFolderIn(scratch_folder), error);
  if (error) {
    return MakeError(ErrorKind::kFailed, fmt::format("A folder cannot be created: {}: {}",
                                                     error.message(), scratch_folder));
  }
  Program program;
  program.arguments = Arguments(home, master, conf, PropertiesFileIn(scratch_folder));
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
