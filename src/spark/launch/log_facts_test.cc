#include "spark/launch/log_facts.h"

#include <gtest/gtest.h>

namespace tarn::spark {
namespace {

// What `line` says to someone who waits, when it follows the lines before it.
std::string NewsOf(LogFacts* facts, std::string_view line) {
  facts->Read(line);
  return facts->news;
}

TEST(LogFacts, FindTheAddressInBothLayouts) {
  LogFacts facts;
  facts.Read(
      "26/11/26 04:58:54 INFO SparkConnectServer: Spark Connect server started at: "
      "127.0.0.1:42199");
  EXPECT_EQ(facts.address, "127.0.0.1:42199");
  facts.Read(R"({"level":"INFO","msg":"Spark Connect server started at: 127.0.0.1:42200"})");
  EXPECT_EQ(facts.address, "127.0.0.1:42200");
}

TEST(LogFacts, FindTheWebPage) {
  LogFacts facts;
  facts.Read("INFO JettyUtils: Start Jetty 127.0.0.1:4040 for SparkUI");
  EXPECT_EQ(facts.ui_url, "");
  facts.Read("WARN Utils: Service 'SparkUI' could not bind on port 4040. Attempting port 4041.");
  facts.Read("INFO Utils: Successfully started service 'SparkUI' on port 4041.");
  EXPECT_EQ(facts.ui_url, "http://127.0.0.1:4041");
  facts.Read("INFO JettyUtils: Start Jetty 0.0.0.0:4040 for SparkUI");
  facts.Read("INFO Utils: Successfully started service 'SparkUI' on port 4040.");
  EXPECT_EQ(facts.ui_url, "http://localhost:4040");
  facts.Read("\t tracking URL: http://rm:8088/proxy/application_1_0001/");
  EXPECT_EQ(facts.ui_url, "http://rm:8088/proxy/application_1_0001/");
}

TEST(LogFacts, FollowAnApplicationOfYarn) {
  LogFacts facts;
  EXPECT_EQ(NewsOf(&facts,
                   "INFO Client: Retrying connect to server: rm/10.0.0.1:8032. Already "
                   "tried 3 time(s)"),
            "rm/10.0.0.1:8032 does not answer yet");
  EXPECT_EQ(NewsOf(&facts, "INFO YarnClientImpl: Submitted application application_1_0001"),
            "submitted to YARN as application_1_0001");
  EXPECT_EQ(facts.application_id, "application_1_0001");
  facts.Read("INFO Client: Application report for application_1_0001 (state: ACCEPTED)");
  EXPECT_EQ(NewsOf(&facts, "\t diagnostics: waiting for AM container to Register with RM"),
            "application_1_0001 waits: waiting for AM container to Register with RM");
  facts.Read("INFO Client: Application report for application_1_0001 (state: RUNNING)");
  EXPECT_EQ(NewsOf(&facts, "\t diagnostics: N/A"), "");
  EXPECT_EQ(NewsOf(&facts, "Application application_1_0001 has started running."),
            "YARN runs application_1_0001");
}

TEST(LogFacts, FollowAnApplicationOfSparksOwnCluster) {
  LogFacts facts;
  EXPECT_EQ(NewsOf(&facts,
                   "INFO StandaloneSchedulerBackend: Connected to Spark cluster with app ID "
                   "app-20261126050157-0000"),
            "the cluster accepted app-20261126050157-0000");
  EXPECT_EQ(facts.application_id, "app-20261126050157-0000");
}

}  // namespace
}  // namespace tarn::spark
