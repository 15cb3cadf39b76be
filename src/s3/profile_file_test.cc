#include "s3/profile_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "s3/profile_chain.h"
#include "system/environment_variables.h"
#include "system/scratch_folder.h"

namespace tarn::s3 {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

// Two files of this test's own, and no other setting of AWS; those of the environment come back.
class ProfileFileTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(folder_.Make().ok());
    outer_ = TakeAwsVariables();
    ::setenv("AWS_CONFIG_FILE", (folder_.path() + "/config").c_str(), 1);
    ::setenv("AWS_SHARED_CREDENTIALS_FILE", (folder_.path() + "/credentials").c_str(), 1);
  }
  void TearDown() override {
    TakeAwsVariables();
    for (const auto& [name, value] : outer_) ::setenv(name.c_str(), value.c_str(), 1);
  }
  // The variables whose names begin with AWS_, which the environment has no more.
  static std::map<std::string, std::string> TakeAwsVariables() {
    std::map<std::string, std::string> taken;
    for (const std::string& variable : CurrentEnvironment()) {
      if (!variable.starts_with("AWS_")) continue;
      const size_t equals = variable.find('=');
      taken.emplace(variable.substr(0, equals), variable.substr(equals + 1));
      ::unsetenv(variable.substr(0, equals).c_str());
    }
    return taken;
  }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.path() + "/" + name) << text;
  }
  // The access key of a profile, or why there is none.
  std::string KeyOf(const std::string& profile) const {
    const auto files = ReadProfileFiles();
    if (!files.ok()) return MessageOf(files.status());
    const auto found = ProfileCredentials(*files, profile, {});
    if (!found.ok()) return MessageOf(found.status());
    if (*found == nullptr) return "none";
    const auto keys = (*found)->Get();
    return keys.ok() ? keys->access_key_id : MessageOf(keys.status());
  }

  ScratchFolder folder_;
  std::map<std::string, std::string> outer_;
};

TEST_F(ProfileFileTest, CredentialsGoBeforeConfig) {
  Write("config",
        "[profile \"my dev\"]\nregion: eu-north-1\n  \nAWS_Access_Key_Id = c\n"
        "aws_secret_access_key = c\n[default]\nregion = r\n");
  Write("credentials", "[my dev]\r\naws_access_key_id = k\r\naws_secret_access_key=s # not so\r\n");
  EXPECT_EQ(KeyOf("my dev"), "k");
  EXPECT_EQ(ReadProfile("my dev").Get("region"), "eu-north-1");
  EXPECT_EQ(ReadProfile("my dev").Get("aws_secret_access_key"), "s # not so");
  EXPECT_EQ(ReadProfile("").Get("region"), "r");
  EXPECT_EQ(KeyOf("default"), "none");
}

TEST_F(ProfileFileTest, AFileThatIsNoneSaysWhere) {
  Write("config", "[default]\nregion = a\nregion = b\n");
  EXPECT_THAT(KeyOf("default"),
              AllOf(HasSubstr(folder_.path() + "/config: line 3: region is set twice")));
  Write("config", "\xef\xbb\xbf[default]\n");
  EXPECT_THAT(KeyOf("default"), HasSubstr("byte-order mark"));
  Write("config", "region = a\n");
  EXPECT_THAT(KeyOf("default"), HasSubstr("line 1: no [section]"));
}

TEST_F(ProfileFileTest, AChainThatDoesNotEndIsToldWhole) {
  Write("config",
        "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\n"
        "source_profile = a\n[profile own]\nrole_arn = r\nsource_profile = own\n"
        "[profile nothing]\nregion = x\n[profile c]\nrole_arn = r\nsource_profile = nothing\n"
        "[profile d]\nrole_arn = r\nsource_profile = no\n[profile e]\nrole_arn = r\n"
        "[profile f]\nrole_arn = r\ncredential_source = Environment\n"
        "[profile g]\nrole_arn = r\ncredential_source = Elsewhere\n");
  EXPECT_THAT(KeyOf("a"), EndsWith("a -> b -> a"));
  EXPECT_THAT(KeyOf("own"), EndsWith("own -> own"));
  EXPECT_THAT(KeyOf("c"), HasSubstr("nothing is the source_profile of c and has no credentials"));
  EXPECT_THAT(KeyOf("d"), EndsWith("does not exist: no"));
  EXPECT_THAT(KeyOf("e"), HasSubstr("neither source_profile nor credential_source"));
  EXPECT_THAT(KeyOf("f"), HasSubstr("from Environment, and none are there"));
  EXPECT_THAT(KeyOf("g"), EndsWith("EcsContainer: Elsewhere"));
}

TEST_F(ProfileFileTest, TheEnvironmentsKeysDoNotCount) {
  ::setenv("AWS_ACCESS_KEY_ID", "environment", 1);
  ::setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
  Write("config",
        "[profile p]\ncredential_process = sh -c \"echo '{\\\"Version\\\": 1, "
        "\\\"AccessKeyId\\\": \\\"p\\\", \\\"SecretAccessKey\\\": \\\"s\\\"}'\"\n"
        "[profile region]\nregion = x\n[profile half]\naws_access_key_id = k\n");
  EXPECT_EQ(KeyOf("p"), "p");
  EXPECT_EQ(KeyOf("region"), "none");
  EXPECT_THAT(KeyOf("half"), HasSubstr("profile half has no aws_secret_access_key"));
}

TEST_F(ProfileFileTest, ServicesHaveEndpoints) {
  Write("config",
        "[profile a]\nservices = mine\nendpoint_url = http://all\n[services mine]\ns3 =\n"
        "  endpoint_url = http://s3\n");
  EXPECT_EQ(EndpointOf("s3", "a"), "http://s3");
  EXPECT_EQ(EndpointOf("sts", "a"), "http://all");
}

TEST_F(ProfileFileTest, PathsMayHaveVariables) {
  const std::string home = EnvironmentVariable("HOME");
  EXPECT_EQ(ExpandedPath("~/x"), home + "/x");
  EXPECT_EQ(ExpandedPath("$HOME/x${HOME}$NO_SUCH_VARIABLE$"),
            home + "/x" + home + "$NO_SUCH_VARIABLE$");
  EXPECT_EQ(ExpandedPath("a~"), "a~");
}

// For tests/integration/test_profile_files.py, which compares with botocore: what stands in each
// folder's files, one JSON object a line.
TEST(ProfileFiles, PrintsWhatItReads) {
  const char* const folders = std::getenv("TARN_TEST_PROFILE_FOLDERS");
  if (folders == nullptr) GTEST_SKIP() << "started by tests/integration/test_profile_files.py";
  std::ifstream list(folders);
  for (std::string folder; std::getline(list, folder);) {
    ::setenv("AWS_CONFIG_FILE", (folder + "/config").c_str(), 1);
    ::setenv("AWS_SHARED_CREDENTIALS_FILE", (folder + "/credentials").c_str(), 1);
    const auto files = ReadProfileFiles();
    nlohmann::json told = nlohmann::json::object();
    if (!files.ok()) {
      told["error"] = MessageOf(files.status());
    } else {
      told["profiles"] = nlohmann::json::object();
      for (const auto& [name, profile] : files->profiles) {
        nlohmann::json values = profile.all.values;
        for (const auto& [key, nested] : profile.all.nested) values[key] = nested;
        const auto found = ProfileCredentials(*files, name, {});
        nlohmann::json keys;
        if (found.ok() && *found != nullptr) {
          const auto credentials = (*found)->Get();
          if (credentials.ok()) {
            keys = {credentials->access_key_id, credentials->secret_access_key,
                    credentials->session_token};
          }
        }
        told["profiles"][name] = {{"values", values.is_null() ? nlohmann::json::object() : values},
                                  {"keys", keys},
                                  {"is_error", !found.ok()}};
      }
    }
    std::cout << "read " << told.dump() << std::endl;
  }
}

}  // namespace
}  // namespace tarn::s3
