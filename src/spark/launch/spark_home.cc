#include "spark/launch/spark_home.h"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <optional>
#include <sstream>
#include <vector>

#include "system/environment_variables.h"

namespace tarn::spark {
namespace {

namespace fs = std::filesystem;

constexpr int kMajorVersionMin = 4;
constexpr std::string_view kGetOne =
    "install one with `pip install pyspark` in a virtual environment that is active, or set "
    "SPARK_HOME to the folder of one that is there";

bool HasSubmit(const fs::path& folder) {
  return ::access((folder / "bin" / "spark-submit").c_str(), X_OK) == 0;
}

// The pyspark wheel of a virtual environment or of another prefix that Python is installed below.
std::optional<fs::path> WheelBelow(const fs::path& prefix) {
  std::error_code ignored;
  for (const fs::path& libraries : {prefix / "lib", prefix / "local" / "lib"}) {
    for (const auto& python : fs::directory_iterator(libraries, ignored)) {
      if (!python.path().filename().string().starts_with("python3")) continue;
      for (const char* packages : {"site-packages", "dist-packages"}) {
        const fs::path found = python.path() / packages / "pyspark";
        if (HasSubmit(found)) return found;
      }
    }
  }
  return std::nullopt;
}

// The folder that a program of PATH is in, with symbolic links followed or not: a virtual
// environment's python3 is one.
std::vector<fs::path> PrefixesOf(const char* program) {
  std::vector<fs::path> prefixes;
  std::istringstream path(EnvironmentVariable("PATH"));
  for (std::string folder; std::getline(path, folder, ':');) {
    const fs::path file = fs::path(folder) / program;
    if (!file.is_absolute()) continue;  // the working folder may be anybody's
    if (::access(file.c_str(), X_OK) != 0) continue;
    std::error_code error;
    const fs::path target = fs::canonical(file, error);
    prefixes.push_back(file.parent_path().parent_path());
    if (!error) prefixes.push_back(target.parent_path().parent_path());
    break;
  }
  return prefixes;
}

std::optional<fs::path> Search(const fs::path& program_folder) {
  std::vector<fs::path> prefixes;
  if (const std::string active = EnvironmentVariable("VIRTUAL_ENV"); active.starts_with('/')) {
    prefixes.emplace_back(active);
  }
  // A checkout's programs are in build/PRESET. What lies above another folder may be anybody's.
  if (const fs::path build = program_folder.parent_path(); build.filename() == "build") {
    prefixes.push_back(build.parent_path() / ".venv");
  }
  for (const fs::path& prefix : PrefixesOf("python3")) prefixes.push_back(prefix);
  for (const fs::path& prefix : prefixes) {
    if (const auto wheel = WheelBelow(prefix)) return wheel;
  }
  for (const fs::path& prefix : PrefixesOf("spark-submit")) {
    if (HasSubmit(prefix) && fs::exists(prefix / "jars")) return prefix;
    if (const auto wheel = WheelBelow(prefix)) return wheel;
  }
  return std::nullopt;
}

// Its version and Scala's, from the name of spark-core_2.13-4.3.0.jar.
Result<SparkHome> Describe(const fs::path& folder) {
  std::error_code error;
  SparkHome home;
  home.folder = fs::absolute(folder, error).lexically_normal().string();
  for (const auto& jar : fs::directory_iterator(folder / "jars", error)) {
    const std::string name = jar.path().filename().string();
    constexpr std::string_view kCore = "spark-core_";
    if (name.starts_with("spark-connect_")) home.ships_connect = true;
    if (!name.starts_with(kCore) || !name.ends_with(".jar")) continue;
    const size_t dash = name.find('-', kCore.size());
    if (dash == std::string::npos) continue;
    home.scala_version = name.substr(kCore.size(), dash - kCore.size());
    home.version = name.substr(dash + 1, name.size() - dash - 1 - 4);
  }
  if (home.version.empty()) {
    return MakeError(
        ErrorKind::kFailed,
        fmt::format("This is no Spark: it has no spark-core in its jars folder; {}: {}", kGetOne,
                    home.folder));
  }
  int major = 0;
  std::from_chars(home.version.data(), home.version.data() + home.version.size(), major);
  if (major < kMajorVersionMin) {
    return MakeError(
        ErrorKind::kFailed,
        fmt::format("This Spark is too old to be started: before 4.0, its Connect server lets in "
                    "whoever reaches this machine; {}, or start the old one's server behind a "
                    "guard of yours and name it: {} in {}",
                    kGetOne, home.version, home.folder));
  }
  return home;
}

}  // namespace

std::string FolderOfThisProgram() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path().string();
}

Result<SparkHome> FindSparkHome(const std::string& wished, const std::string& program_folder) {
  const std::string named = wished.empty() ? EnvironmentVariable("SPARK_HOME") : wished;
  if (!named.empty()) {
    if (HasSubmit(named)) return Describe(named);
    return MakeError(ErrorKind::kFailed,
                     fmt::format("There is no Spark in {}: no bin/spark-submit in it; {}: {}",
                                 wished.empty() ? "SPARK_HOME" : "the Spark home", kGetOne, named));
  }
  if (const auto found = Search(program_folder)) return Describe(*found);
  return MakeError(
      ErrorKind::kFailed,
      fmt::format("There is no Spark: not in SPARK_HOME, VIRTUAL_ENV, the .venv of tarn's checkout "
                  "or the folders of python3 and spark-submit on PATH; {}",
                  kGetOne));
}

}  // namespace tarn::spark
