#include "spark/runner/history_url.h"

#include <gtest/gtest.h>

#include <map>

namespace tarn::spark {
namespace {

// Of an application that writes an event log, with these settings beside.
std::string UrlWith(const std::map<std::string, std::string>& others) {
  std::map<std::string, std::string> settings = {{"spark.eventLog.enabled", "true"},
                                                 {"spark.app.id", "application_1_0001"}};
  for (const auto& [name, value] : others) settings[name] = value;
  return HistoryUrl([&](const std::string& name) { return settings[name]; });
}

TEST(HistoryUrl, IsWhereTheSettingsSay) {
  constexpr char kUrl[] = "http://history:18080/history/application_1_0001";
  for (const char* address :
       {"history:18080", "history:18080/", "http://history:18080", "http://history:18080/"}) {
    EXPECT_EQ(UrlWith({{"spark.yarn.historyServer.address", address}}), kUrl);
  }
  EXPECT_EQ(UrlWith({{"spark.yarn.historyServer.address", "https://web/spark"}}),
            "https://web/spark/history/application_1_0001");
  EXPECT_EQ(UrlWith({{"spark.yarn.historyServer.address", "history:18080"},
                     {"spark.app.attempt.id", "2"}}),
            std::string(kUrl) + "/2");
}

TEST(HistoryUrl, IsNotGuessed) {
  const std::string address = "spark.yarn.historyServer.address";
  EXPECT_EQ(UrlWith({}), "");
  EXPECT_EQ(UrlWith({{address, "/"}}), "");
  EXPECT_EQ(UrlWith({{address, "${hadoopconf-yarn.resourcemanager.hostname}:18080"}}), "");
  EXPECT_EQ(UrlWith({{address, "history:18080"}, {"spark.eventLog.enabled", "false"}}), "");
  EXPECT_EQ(UrlWith({{address, "history:18080"}, {"spark.eventLog.enabled", ""}}), "");
  EXPECT_EQ(UrlWith({{address, "history:18080"}, {"spark.app.id", ""}}), "");
  EXPECT_NE(UrlWith({{address, "history:18080"}, {"spark.eventLog.enabled", "TRUE"}}), "");
}

}  // namespace
}  // namespace tarn::spark
