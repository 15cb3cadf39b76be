#include "spark/runner/history_url.h"

#include <arrow/util/string.h>
#include <fmt/format.h>

namespace tarn::spark {
namespace {

// With a scheme and without a slash at its end; "" when only a part of it is known.
std::string Complete(std::string address) {
  // YARN's own settings fill in `${hadoopconf-…}`; a Connect server does not report them.
  if (address.find("${") != std::string::npos) return "";
  while (address.ends_with('/')) address.pop_back();
  const bool has_scheme = address.empty() || address.find("://") != std::string::npos;
  return has_scheme ? address : "http://" + address;
}

}  // namespace

std::string HistoryUrl(const std::function<std::string(const std::string& name)>& setting) {
  if (arrow::internal::AsciiToLower(setting("spark.eventLog.enabled")) != "true") return "";
  const std::string address = Complete(setting("spark.yarn.historyServer.address"));
  const std::string application_id = setting("spark.app.id");
  if (address.empty() || application_id.empty()) return "";
  const std::string url = fmt::format("{}/history/{}", address, application_id);
  // YARN may try a driver that it runs itself again: each attempt has a log of its own.
  const std::string attempt = setting("spark.app.attempt.id");
  return attempt.empty() ? url : url + "/" + attempt;
}

}  // namespace tarn::spark
