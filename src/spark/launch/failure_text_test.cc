#include "spark/launch/failure_text.h"

#include <gtest/gtest.h>

#include <vector>

namespace tarn::spark {
namespace {

TEST(FailureText, KeepsMessagesOfExceptionsAndTheLastFewOnly) {
  EXPECT_EQ(FailureLines({"26/11/26 05:01:57 INFO Configuration: resource-types.xml not found",
                          "26/11/26 05:01:57 ERROR SparkContext: Error initializing SparkContext.",
                          "org.apache.spark.SparkException: Application failed 2 times",
                          "\tat org.apache.spark.Client.run(Client.scala:1)",
                          "Caused by: java.net.ConnectException: refused", "\t... 60 more",
                          "26/11/26 05:01:58 INFO SparkContext: stopped"}),
            "\n  26/11/26 05:01:57 ERROR SparkContext: Error initializing SparkContext."
            "\n  org.apache.spark.SparkException: Application failed 2 times"
            "\n  Caused by: java.net.ConnectException: refused");
  std::deque<std::string> many;
  for (int i = 0; i < 9; ++i) many.push_back("ERROR " + std::to_string(i) + std::string(500, 'x'));
  for (std::string& line : many) line.insert(0, "x ");
  const std::string text = FailureLines(many);
  EXPECT_EQ(text.find("ERROR 3"), std::string::npos);
  EXPECT_NE(text.find("ERROR 4"), std::string::npos);
  EXPECT_LT(text.size(), 5 * 410);
}

TEST(FailureText, AnExceptionWithoutAMessageSaysWhereItCameFrom) {
  EXPECT_EQ(FailureLines({"java.util.ConcurrentModificationException", "\tat A.next(A.java:1)",
                          "\tat B.run(B.java:2)"}),
            "\n  java.util.ConcurrentModificationException at A.next(A.java:1)");
}

TEST(FailureText, WithoutAnErrorTheLastLinesAreShown) {
  EXPECT_EQ(FailureLines({"a", "b", "c", "d", "e", "f"}), "\n  b\n  c\n  d\n  e\n  f");
  EXPECT_EQ(FailureLines({}), "");
}

TEST(FailureText, SaysWhatToDo) {
  struct Case {
    std::string log;
    std::string hint;
  };
  const std::vector<Case> cases = {
      {"JAVA_HOME is not set",
       "install Java 17 or newer (Debian: openjdk-17-jre-headless), or set JAVA_HOME to one"},
      {"/spark/bin/spark-class: line 71: /nonexist/bin/java: No such file or directory",
       "install Java 17 or newer (Debian: openjdk-17-jre-headless), or set JAVA_HOME to one"},
      {"\tjava.lang.UnsupportedClassVersionError: org/apache/spark/launcher/Main has been compiled "
       "by a more recent version of the Java Runtime (class file version 61.0), this version of "
       "the "
       "Java Runtime only recognizes class file versions up to 55.0",
       "Java 11 is too old: this Spark needs 17 or newer: set JAVA_HOME"},
      {"Exception in thread \"main\" org.apache.spark.SparkException: When running with master "
       "'yarn' either HADOOP_CONF_DIR or YARN_CONF_DIR must be set in the environment.",
       "set HADOOP_CONF_DIR to the folder with the cluster's yarn-site.xml"},
      {"INFO Client: Retrying connect to server: 0.0.0.0/0.0.0.0:8032. Already tried 0 time(s)",
       "HADOOP_CONF_DIR has no yarn-site.xml that says where the cluster is"},
      {"something else", ""}};
  for (const Case& one : cases) EXPECT_EQ(FailureHint({"INFO", one.log}), one.hint);
}

}  // namespace
}  // namespace tarn::spark
