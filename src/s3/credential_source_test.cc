#include "s3/credential_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::s3 {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using std::chrono::system_clock;
using testing::HasSubstr;

// Gives "1", "2", … that last so long; a negative time fails.
struct Numbered {
  int num_calls = 0;
  std::vector<seconds> last;

  CredentialSource source() {
    return [this]() -> Result<LimitedCredentials> {
      const seconds lasts = last.at(static_cast<size_t>(num_calls++));
      if (lasts < seconds(0)) return Status::IOError("nobody answers");
      return LimitedCredentials{{std::to_string(num_calls), "secret", ""},
                                system_clock::now() + lasts};
    };
  }
};

TEST(CredentialSource, IsAskedAgainBeforeItsCredentialsExpire) {
  Numbered numbered{0, {seconds(2), hours(1)}};
  const auto kept = Keep("x", numbered.source());
  for (const char* key : {"1", "1"}) EXPECT_EQ(kept->Get().ValueOrDie().access_key_id, key);
  const auto begin = system_clock::now();
  while (kept->Get().ValueOrDie().access_key_id == "1") {
    ASSERT_LT(system_clock::now() - begin, seconds(60));
  }
  EXPECT_EQ(numbered.num_calls, 2);
  kept->Invalidate();
  numbered.last.push_back(seconds(-1));
  EXPECT_FALSE(kept->Get().ok());
}

TEST(CredentialSource, ThatDoesNotAnswerLeavesWhatIsStillValid) {
  Numbered numbered{0, {hours(1), seconds(-1)}};
  const auto kept = Keep("x", numbered.source());
  EXPECT_EQ(kept->Get().ValueOrDie().access_key_id, "1");
  EXPECT_EQ(kept->Get().ValueOrDie().access_key_id, "1");
}

TEST(CredentialSource, ThatGivesExpiredOnesIsRefused) {
  Numbered numbered{0, {seconds(0)}};
  EXPECT_THAT(MessageOf(Keep("AWS profile x", numbered.source())->Get().status()),
              HasSubstr("of AWS profile x had already expired"));
}

TEST(CredentialSource, ReadsTheJsonOfProgramsAndServices) {
  const auto limited = ParseCredentialJson(
      R"({"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c",
          "Expiration": "2001-09-09T01:46:40Z"})");
  const auto keys = limited.ValueOrDie();
  EXPECT_EQ(keys.credentials.session_token, "c");
  EXPECT_EQ(system_clock::to_time_t(keys.expires), 1000000000);
  const auto lasting =
      ParseCredentialJson(R"({"AccessKeyId": "a", "SecretAccessKey": "b", "Token": "t"})")
          .ValueOrDie();
  EXPECT_EQ(lasting.credentials.session_token, "t");
  EXPECT_EQ(lasting.expires, system_clock::time_point::max());
  for (const char* bad :
       {"", "[]", "secret", R"({"AccessKeyId": "a"})", R"({"SecretAccessKey": "secret"})",
        R"({"AccessKeyId": "a", "SecretAccessKey": "secret", "Expiration": "soon"})"}) {
    const Status status = ParseCredentialJson(bad).status();
    EXPECT_EQ(KindOf(status), ErrorKind::kFailed) << bad;
    EXPECT_THAT(MessageOf(status), testing::Not(HasSubstr("secret"))) << bad;
  }
}

TEST(CredentialSource, ReadsTimesAsTheyAreWritten) {
  for (const char* text :
       {"2001-09-09T01:46:40Z", "2001-09-09T01:46:40UTC", "2001-09-09T01:46:40.123Z",
        "2001-09-09T03:46:40+02:00", "2001-09-09T03:46:40.5+0200", "2001-09-09T01:46:40"}) {
    EXPECT_EQ(system_clock::to_time_t(ParseExpiration(text).ValueOrDie()), 1000000000) << text;
  }
  for (const char* text : {"", "tomorrow", "2001-09-09", "2001-09-09T01:46:40 or so"}) {
    EXPECT_FALSE(ParseExpiration(text).ok()) << text;
  }
}

}  // namespace
}  // namespace tarn::s3
