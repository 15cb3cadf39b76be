#include <fmt/format.h>

#include <cstdlib>

#include "pipeline/load_for_test.h"

namespace tarn::pipeline {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(LoadTest, S3Options) {
  WriteSmall(
      "[s3]\nprofile = \"lake\"\nendpoint = \"https://minio:9000\"\nca_file = \"ca.pem\"\n"
      "encryption = \"aws:kms\"\nkms_key_id = \"alias/lake\"\nretry_for = \"5 min\"\n"
      "[bucket.raw-data]\nanonymous = true\nrequester_pays = true\nencryption = \"AES256\"\n"
      "[bucket.\"other.org\"]\nrole_arn = \"arn:aws:iam::1:role/r\"\nexternal_id = \"x\"\n");
  overrides_ = {{"s3.path_style", "false"}, {"bucket.raw-data.region", "eu-west-1"}};
  auto pipeline = LoadGood();
  EXPECT_EQ(pipeline->s3.profile, "lake");
  EXPECT_EQ(pipeline->s3.endpoint, "https://minio:9000");
  EXPECT_EQ(pipeline->s3.ca_file, directory_ / "ca.pem");
  EXPECT_EQ(pipeline->s3.encryption, "aws:kms");
  EXPECT_EQ(pipeline->s3.kms_key_id, "alias/lake");
  EXPECT_EQ(pipeline->s3.retry_for, std::chrono::seconds(300));
  EXPECT_EQ(pipeline->s3.path_style, false);
  EXPECT_EQ(pipeline->s3.anonymous, std::nullopt);
  ASSERT_THAT(pipeline->buckets, SizeIs(2));
  const auto& [raw, raw_options] = pipeline->buckets[0];
  EXPECT_EQ(raw, "raw-data");
  EXPECT_EQ(raw_options.anonymous, true);
  EXPECT_EQ(raw_options.requester_pays, true);
  EXPECT_EQ(raw_options.encryption, "AES256");
  EXPECT_EQ(raw_options.kms_key_id, "");
  EXPECT_EQ(raw_options.region, "eu-west-1");
  EXPECT_EQ(raw_options.profile, "lake");  // as [s3] has it
  EXPECT_EQ(pipeline->buckets[1].first, "other.org");
  EXPECT_EQ(pipeline->buckets[1].second.role_arn, "arn:aws:iam::1:role/r");
}

TEST_F(LoadTest, WrongS3Options) {
  auto hint_of = [this](const std::string& section) {
    WriteSmall(section);
    const Diagnostic diagnostic = LoadBadOnce();
    return diagnostic.subject + ": " + diagnostic.message + " / " + diagnostic.hint;
  };
  EXPECT_THAT(hint_of("[s3]\nanonymous = \"yes\"\n"),
              HasSubstr("s3.anonymous: expected true or false, found a string"));
  EXPECT_THAT(hint_of("[s3]\nendpoint = \"minio:9000\"\n"), HasSubstr("\"http://host:port\""));
  EXPECT_THAT(hint_of("[s3]\nendpoint = \"\"\n"), HasSubstr("s3.endpoint: this is empty"));
  EXPECT_THAT(hint_of("[s3]\nencryption = \"KMS\"\n"), HasSubstr("aws:kms"));
  for (const std::string time :
       {"5", "-1 s", "5 h", "61 min", "3601 s", "s", "99999999999999999 s"}) {
    EXPECT_THAT(hint_of("[s3]\nretry_for = \"" + time + "\"\n"),
                HasSubstr("write \"90 s\" or \"5 min\""))
        << time;
  }
  EXPECT_THAT(hint_of("[s3]\nkms_key_id = \"a\"\n"), HasSubstr("encryption = \"aws:kms\""));
  EXPECT_THAT(hint_of("[bucket.a]\nexternal_id = \"a\"\n"), HasSubstr("bucket.a.external_id"));
  EXPECT_THAT(hint_of("[bucket.a]\nprofil = \"a\"\n"), HasSubstr("did you mean profile?"));
  EXPECT_THAT(hint_of("[bucket]\nanonymous = true\n"), HasSubstr("[bucket.NAME]"));
}

TEST_F(LoadTest, PlaceholdersOfBuckets) {
  for (const char* name : {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}) ::unsetenv(name);
  const auto subjects = [&](const std::string& name, const std::string& service) {
    Write("tarn.toml", fmt::format("[lake]\ninput = 's3://{0}/raw'\noutput = 's3://{0}/lake'\n"
                                   "[source.events]\npath = ['*.json', 's3://{0}/more/*.json']\n"
                                   "schema = 'ts BIGINT'\n{1}",
                                   name, service));
    std::string found;
    for (const Diagnostic& error : LoadBad()) {
      EXPECT_EQ(error.message, "this is a placeholder for a bucket's name: " + name);
      EXPECT_THAT(error.hint, HasSubstr("name of your bucket"));
      found += fmt::format("{}:{} ", error.line, error.subject);
    }
    return found;
  };
  Write("moments.sql", "SELECT ts FROM events");
  const std::string all = "2:lake.input 3:lake.output 5:source.events.path[1] ";
  const std::string service = "[s3]\nendpoint = 'http://localhost:9000'\n";
  EXPECT_EQ(subjects("BUCKET", ""), all);
  EXPECT_EQ(subjects("<bucket>", service), all);
  EXPECT_EQ(subjects("my-bucket", ""), all);
  EXPECT_EQ(subjects("my-bucket", "[bucket.other]\nendpoint = 'http://localhost:9000'\n"), all);
  for (const std::string& own :
       {service, std::string("[bucket.my-bucket]\nendpoint = 'http://localhost:9000'\n")}) {
    Write("tarn.toml",
          "[lake]\ninput = 's3://my-bucket/raw'\noutput = 's3://my-bucket/lake'\n"
          "[source.events]\npath = '*.json'\nschema = 'ts BIGINT'\n" +
              own);
    EXPECT_EQ(LoadGood()->output, "s3://my-bucket/lake");
  }
}

}  // namespace
}  // namespace tarn::pipeline
