#include "spark/connect/spark_session.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "spark/connect/fake_spark_for_test.h"
#include "spark/connect/spark_error_for_test.h"

// c-ares, which resolves gRPC's names, keeps ten bytes of each.
extern "C" const char* __lsan_default_suppressions() { return "leak:libcares.so"; }

namespace tarn::connect {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class SessionTest : public testing::Test {
 protected:
  SessionOptions Options(std::string_view parameters = "") {
    SessionOptions options = spark_.options(parameters);
    options.sleeper = &sleeper_;
    return options;
  }

  FakeSpark spark_;
  FakeSleeper sleeper_;
};

TEST_F(SessionTest, AsksForTheVersion) {
  auto session = Session::Open(Options());
  ASSERT_TRUE(session.ok()) << session.status().ToString();
  EXPECT_EQ((*session)->spark_version(), "4.3.0");
  EXPECT_EQ((*session)->session_id().size(), 36);
}

TEST_F(SessionTest, TriesAgainWhileAServerIsBusy) {
  spark_.failures = {{StatusCode::UNAVAILABLE, "busy"}, {StatusCode::UNAVAILABLE, "busy"}};
  ASSERT_TRUE(Session::Open(Options()).ok());
  EXPECT_THAT(sleeper_.pauses_ms, ElementsAre(100, 200));
}

TEST_F(SessionTest, FindsAServerThatComesBack) {
  SessionOptions options = Options();
  options.sleeper = Sleeper::System();
  auto session = Session::Open(options).ValueOrDie();
  spark_.Die();
  std::unique_ptr<FakeSpark> next;
  std::thread starter([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    next = std::make_unique<FakeSpark>(grpc::InsecureServerCredentials(), spark_.port());
  });
  const auto begin = std::chrono::steady_clock::now();
  const Status status = session->Explain(Query("SELECT 1")).status();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
  starter.join();
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST_F(SessionTest, TellsThatNobodyAnswers) {
  SessionOptions options = Options();
  spark_.Die();
  const Status status = Session::Open(options).status();
  EXPECT_EQ(ErrorOf(status).kind, SparkErrorKind::kUnreachable) << status.ToString();
  EXPECT_THAT(status.message(),
              HasSubstr(options.endpoint.ToString() +
                        " (Failed to connect to remote host: Connection refused); "));
  EXPECT_EQ(sleeper_.pauses_ms.size(), 6);
}

TEST_F(SessionTest, TellsATokenThatIsRefusedAtOnce) {
  spark_.expected_token = "right";
  const Status status = Session::Open(Options(";token=wrong")).status();
  EXPECT_EQ(ErrorOf(status).kind, SparkErrorKind::kUnauthenticated) << status.ToString();
  EXPECT_THAT(status.message(), Not(HasSubstr("wrong")));
  EXPECT_THAT(sleeper_.pauses_ms, ElementsAre());
  EXPECT_THAT(Session::Open(Options()).status().message(), HasSubstr("without a token"));
  EXPECT_TRUE(Session::Open(Options(";token=right")).ok());
}

TEST_F(SessionTest, EndsItsWaitWhenAStopIsRequested) {
  arrow::StopSource source;
  SessionOptions options = Options();
  options.sleeper = Sleeper::System();
  options.stop = source.token();
  options.open_retry = {.retries_max = 100, .initial_pause_ms = 60'000};
  spark_.Die();
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    source.RequestStop();
  });
  const auto begin = std::chrono::steady_clock::now();
  const Status status = Session::Open(options).status();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  stopper.join();
  EXPECT_EQ(ErrorOf(status).kind, SparkErrorKind::kCancelled);
}

TEST_F(SessionTest, TellsAllThatTheServerKnowsOfAnError) {
  google::rpc::ErrorInfo info;
  (*info.mutable_metadata())["errorId"] = "e1";
  (*info.mutable_metadata())["classes"] = R"(["org.apache.spark.sql.AnalysisException"])";
  spark_.details.set_root_error_idx(0);
  auto* root = spark_.details.add_errors();
  root->set_message("[UNRESOLVED_COLUMN] No `a`. SQLSTATE: 42703; line 1 pos 7;\n'Project ['a]\n");
  root->set_cause_idx(1);
  auto* throwable = root->mutable_spark_throwable();
  throwable->set_error_class("UNRESOLVED_COLUMN");
  throwable->set_sql_state("42703");
  (*throwable->mutable_message_parameters())["objectName"] = "`a`";
  auto* context = throwable->add_query_contexts();
  context->set_start_index(7);
  context->set_stop_index(7);
  context->set_fragment("a");
  context->set_object_type("VIEW");
  context->set_object_name("v");
  spark_.details.add_errors()->set_message("java.lang.RuntimeException: deep\n\tat X.y(X.java:1)");
  spark_.details.mutable_errors(1)->set_cause_idx(0);  // a cycle must not hang us
  spark_.scripts = {{{}, DetailedStatus(StatusCode::INTERNAL, "[UNRESOLVED_COL…", &info)}};

  auto session = Session::Open(Options()).ValueOrDie();
  const Status status = session->Collect(Query("SELECT a")).status();
  EXPECT_EQ(status.message(),
            "[UNRESOLVED_COLUMN] No `a`: RuntimeException: deep (SQLSTATE 42703)");
  const SparkError& error = ErrorOf(status);
  EXPECT_EQ(error.kind, SparkErrorKind::kQuery);
  EXPECT_EQ(error.exception_class, "org.apache.spark.sql.AnalysisException");
  EXPECT_EQ(error.line, 1);
  EXPECT_EQ(error.column, 8);
  EXPECT_EQ(error.message_parameters.at("objectName"), "`a`");
  ASSERT_EQ(error.query_contexts.size(), 1);
  EXPECT_EQ(error.query_contexts[0].start_index, 7);
  EXPECT_EQ(error.query_contexts[0].object_name, "v");
  EXPECT_THAT(spark_.calls(),
              ElementsAre("AnalyzePlan", "ExecutePlan", "FetchErrorDetails e1", "ReleaseAll"));
}

TEST_F(SessionTest, TellsTheErrorOfTheSqlThatATaskFailedBy) {
  google::rpc::ErrorInfo info;
  (*info.mutable_metadata())["errorId"] = "e1";
  (*info.mutable_metadata())["errorClass"] = "TASK_WRITE_FAILED";
  spark_.details.set_root_error_idx(0);
  auto* root = spark_.details.add_errors();
  root->set_message("[TASK_WRITE_FAILED] Task failed while writing rows to file:/out.");
  root->mutable_spark_throwable()->set_error_class("TASK_WRITE_FAILED");
  root->set_cause_idx(1);
  auto* cause = spark_.details.add_errors();
  cause->set_message(
      "[CAST_INVALID_INPUT] The value 'x' of the type \"STRING\" cannot be cast to \"INT\". "
      "SQLSTATE: 22018\n== SQL (line 1, position 8) ==\nSELECT CAST(a AS INT)\n");
  auto* throwable = cause->mutable_spark_throwable();
  throwable->set_error_class("CAST_INVALID_INPUT");
  throwable->set_sql_state("22018");
  auto* context = throwable->add_query_contexts();
  context->set_start_index(7);
  context->set_stop_index(20);
  context->set_fragment("CAST(a AS INT)");
  spark_.scripts = {{{}, DetailedStatus(StatusCode::INTERNAL, "[TASK_WRITE_…", &info)}};
  auto session = Session::Open(Options()).ValueOrDie();
  const Status status =
      session->Write(Query("SELECT CAST(a AS INT)"), {.path = "/out", .partition_by = {}});
  EXPECT_EQ(status.message(),
            "[CAST_INVALID_INPUT] The value 'x' of the type \"STRING\" cannot be cast to \"INT\". "
            "(SQLSTATE 22018)");
  const SparkError& error = ErrorOf(status);
  EXPECT_EQ(error.error_class, "CAST_INVALID_INPUT");
  ASSERT_EQ(error.query_contexts.size(), 1);
  EXPECT_EQ(error.query_contexts[0].fragment, "CAST(a AS INT)");
}

TEST_F(SessionTest, TellsWhereTheCauseIsThatAnOldServerKeeps) {
  spark_.scripts = {{{}, {StatusCode::INTERNAL, "[TASK_WRITE_FAILED] Task failed: file:/out."}}};
  auto session = Session::Open(Options()).ValueOrDie();
  EXPECT_EQ(session->Write(Query("SELECT 1"), {.path = "/out", .partition_by = {}}).message(),
            "[TASK_WRITE_FAILED] Task failed: file:/out; the log of the Spark server shows why");
}

TEST_F(SessionTest, TellsAnErrorWithoutDetails) {
  spark_.scripts = {{{}, {StatusCode::INTERNAL, "[DIVIDE_BY_ZERO] Division by zero."}}};
  auto session = Session::Open(Options()).ValueOrDie();
  EXPECT_EQ(session->Collect(Query("SELECT 1/0")).status().message(),
            "[DIVIDE_BY_ZERO] Division by zero.");
}

TEST_F(SessionTest, TellsAnInterruptAsCancelled) {
  spark_.scripts = {
      {{}, {StatusCode::INTERNAL, "[OPERATION_CANCELED] Operation has been canceled."}}};
  auto session = Session::Open(Options()).ValueOrDie();
  EXPECT_TRUE(session->Collect(Query("SELECT 1")).status().IsCancelled());
}

// A key and a certificate for 127.0.0.1, which is its own authority.
class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "tls-" + std::to_string(getpid());
    std::filesystem::create_directories(folder_);
    Make("server");
    Make("other");
    grpc::SslServerCredentialsOptions options;
    options.pem_key_cert_pairs = {{Read("server.key"), Read("server.pem")}};
    spark_ = std::make_unique<FakeSpark>(grpc::SslServerCredentials(options));
    spark_->expected_token = "secret";
  }

  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Make(const std::string& name) {
    const std::string command = fmt::format(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
        "/CN={1} -addext subjectAltName=IP:127.0.0.1 -keyout {0}/{1}.key -out {0}/{1}.pem "
        "2>/dev/null",
        folder_, name);
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  std::string Read(const std::string& name) {
    std::ifstream file(folder_ + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Status Open(const std::string& parameters, const std::string& ca_file) {
    SessionOptions options = spark_->options(parameters);
    options.sleeper = &sleeper_;
    options.ca_file = ca_file;
    return Session::Open(options).status();
  }

  std::string folder_;
  FakeSleeper sleeper_;
  std::unique_ptr<FakeSpark> spark_;
};

TEST_F(TlsTest, TrustsTheNamedAuthority) {
  const Status status = Open(";use_ssl=true;token=secret", folder_ + "/server.pem");
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST_F(TlsTest, RefusesACertificateOfAnotherAuthorityAtOnce) {
  const Status status = Open(";use_ssl=true;token=secret", folder_ + "/other.pem");
  EXPECT_EQ(ErrorOf(status).kind, SparkErrorKind::kTlsRefused) << status.ToString();
  EXPECT_THAT(sleeper_.pauses_ms, ElementsAre());
  EXPECT_THAT(spark_->calls(), ElementsAre());
}

TEST_F(TlsTest, RefusesACertificateThatTheSystemDoesNotTrust) {
  const Status status = Open(";use_ssl=true", "");
  EXPECT_EQ(ErrorOf(status).kind, SparkErrorKind::kTlsRefused) << status.ToString();
}

TEST_F(TlsTest, RefusesACertificateOfAnotherHost) {
  SessionOptions options = spark_->options(";use_ssl=true");
  options.endpoint.host = "localhost";
  options.ca_file = folder_ + "/server.pem";
  const Status status = Session::Open(options).status();
  EXPECT_EQ(ErrorOf(status).kind, SparkErrorKind::kTlsRefused) << status.ToString();
}

TEST_F(TlsTest, TellsAServerWithoutTls) {
  FakeSpark plain;
  SessionOptions options = plain.options(";use_ssl=true");
  options.sleeper = &sleeper_;
  const Status status = Session::Open(options).status();
  EXPECT_EQ(ErrorOf(status).kind, SparkErrorKind::kTlsRefused) << status.ToString();
}

TEST_F(TlsTest, TellsAServerThatWantsTls) {
  const Status status = Open("", "");
  EXPECT_EQ(ErrorOf(status).kind, SparkErrorKind::kUnreachable) << status.ToString();
  EXPECT_THAT(status.message(), HasSubstr("use_ssl=true"));
}

TEST_F(TlsTest, TellsAFileWithoutCertificates) {
  const Status status = Open(";use_ssl=true", folder_ + "/nowhere.pem");
  EXPECT_EQ(KindOf(status), ErrorKind::kUsage);
  EXPECT_THAT(status.message(), HasSubstr("nowhere.pem"));
}

}  // namespace
}  // namespace tarn::connect
