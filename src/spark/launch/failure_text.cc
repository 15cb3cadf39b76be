#include "spark/launch/failure_text.h"

#include <arrow/util/string.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <vector>

namespace tarn::spark {
namespace {

constexpr size_t kLinesMax = 5;
constexpr size_t kLineBytesMax = 400;
// A class file's version is its Java's and this.
constexpr int kClassVersionBase = 44;

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool IsStackFrame(std::string_view line) {
  return line.starts_with("\tat ") || line.starts_with("    at ") || line.starts_with("\t... ");
}

// "java.net.BindException: …", "Caused by: …", "Exception in thread …"
bool IsException(std::string_view line) {
  const std::string_view name = line.substr(0, line.find(':'));
  return line.starts_with("Caused by: ") || line.starts_with("Exception in thread ") ||
         (!Contains(name, " ") && Contains(name, ".") &&
          (name.ends_with("Exception") || name.ends_with("Error")));
}

bool IsError(std::string_view line) {
  if (Contains(line, " INFO ")) return false;
  return Contains(line, " ERROR ") || Contains(line, " FATAL ") || line.starts_with("ERROR") ||
         line.starts_with("Error") || line.starts_with("Failed ") || Contains(line, "not found") ||
         Contains(line, "not set") || Contains(line, "No such file");
}

std::string Cut(std::string_view line) {
  return line.size() <= kLineBytesMax ? std::string(line)
                                      : fmt::format("{}…", line.substr(0, kLineBytesMax));
}

// The number that follows `before` anywhere in the log, 0 when there is none.
int NumberAfter(const std::deque<std::string>& log, std::string_view before) {
  for (const std::string& line : log) {
    const size_t found = line.find(before);
    if (found == std::string::npos) continue;
    int number = 0;
    std::from_chars(line.data() + found + before.size(), line.data() + line.size(), number);
    return number;
  }
  return 0;
}

struct Symptom {
  std::string_view text;
  std::string_view hint;
};

constexpr std::string_view kInstallJava =
    "install Java 17 or newer (Debian: openjdk-17-jre-headless), or set JAVA_HOME to one";
constexpr std::string_view kGetConnect =
    "this Spark has no Connect server, and none could be fetched: put spark-connect's jar into its "
    "jars folder";

constexpr std::array kSymptoms = {
    Symptom{"JAVA_HOME is not set", kInstallJava},
    Symptom{"/bin/java: No such file or directory", kInstallJava},
    Symptom{"HADOOP_CONF_DIR or YARN_CONF_DIR must be set",
            "set HADOOP_CONF_DIR to the folder with the cluster's yarn-site.xml"},
    Symptom{"Failed to bind to address",
            "the port is taken: leave out spark.connect.grpc.binding.port, then a free one is "
            "chosen"},
    Symptom{"Retrying connect to server: 0.0.0.0",
            "HADOOP_CONF_DIR has no yarn-site.xml that says where the cluster is"},
    Symptom{"Retrying connect to server",
            "YARN does not answer: is it running, and reachable from this machine?"},
    Symptom{"Queue's AM resource limit exceeded",
            "the queue has no room for another application: wait, end one, or name another queue "
            "with spark.yarn.queue"},
    Symptom{"All masters are unresponsive", "no master answers at the address that was given"},
    Symptom{"Failed to load class org.apache.spark.sql.connect.service.SparkConnectServer",
            kGetConnect},
    Symptom{"module not found: org.apache.spark#spark-connect", kGetConnect},
    Symptom{"There is insufficient memory for the Java Runtime Environment",
            "this machine has too little memory left: make spark.driver.memory smaller"},
    Symptom{"java.lang.OutOfMemoryError", "give the driver more: spark.driver.memory=4g"},
};

}  // namespace

std::string FailureLines(const std::deque<std::string>& log) {
  std::vector<std::string> lines;
  bool needs_frame = false;  // of the last line: an exception without a message says nothing else
  for (const std::string& line : log) {
    if (IsStackFrame(line)) {
      if (needs_frame) lines.back() += " " + arrow::internal::TrimString(line);
      needs_frame = false;
      continue;
    }
    const bool is_exception = IsException(line);
    const bool is_news = std::find(lines.begin(), lines.end(), line) == lines.end();
    needs_frame = is_news && is_exception && !Contains(line, ": ");
    if (is_news && (is_exception || IsError(line))) lines.push_back(line);
  }
  if (lines.empty()) {
    std::copy_if(log.begin(), log.end(), std::back_inserter(lines),
                 [](std::string_view line) { return !IsStackFrame(line); });
  }
  std::string text;
  for (size_t i = lines.size() - std::min(lines.size(), kLinesMax); i < lines.size(); ++i) {
    text += fmt::format("\n  {}", Cut(lines[i]));
  }
  return text;
}

std::string FailureHint(const std::deque<std::string>& log) {
  const int class_version_max = NumberAfter(log, "recognizes class file versions up to ");
  if (class_version_max > 0) {
    return fmt::format("Java {} is too old: this Spark needs {} or newer: set JAVA_HOME",
                       class_version_max - kClassVersionBase,
                       NumberAfter(log, "(class file version ") - kClassVersionBase);
  }
  for (const Symptom& symptom : kSymptoms) {
    for (const std::string& line : log) {
      if (Contains(line, symptom.text)) return std::string(symptom.hint);
    }
  }
  return "";
}

}  // namespace tarn::spark
