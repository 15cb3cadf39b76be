#include "spark/connect/endpoint.h"

#include <gmock/gmock.h>

namespace tarn::connect {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kUuid[] = "00112233-4455-6677-8899-aabbccddeeff";

Endpoint Parsed(std::string_view text) {
  auto endpoint = ParseEndpoint(text);
  EXPECT_TRUE(endpoint.ok()) << text << ": " << endpoint.status().ToString();
  return endpoint.ok() ? *endpoint : Endpoint{};
}

std::string EndpointError(std::string_view text) {
  const Status status = ParseEndpoint(text).status();
  EXPECT_EQ(KindOf(status), ErrorKind::kUsage) << text;
  return MessageOf(status);
}

TEST(ParseEndpoint, TakesHostAndPort) {
  EXPECT_EQ(Parsed("sc://spark.example.com").ToString(), "sc://spark.example.com:15002");
  EXPECT_EQ(Parsed("sc://spark.example.com:443/").ToString(), "sc://spark.example.com:443");
  EXPECT_EQ(Parsed("sc://[::1]:7/;user_id=a").ToString(), "sc://[::1]:7");
  EXPECT_EQ(Parsed("sc://[2001:db8::2]").host, "2001:db8::2");
}

TEST(ParseEndpoint, TakesParameters) {
  const Endpoint endpoint = Parsed(
      std::string("sc://h:1/;use_ssl=true;token=a%2Fb%3D;user_id=J%C3%BCrgen;user_agent=etl%201;"
                  "session_id=") +
      kUuid + ";X-Tenant=blue;grpc_keepalive_time_ms=1;");
  EXPECT_TRUE(endpoint.use_tls);
  EXPECT_EQ(endpoint.token, "a/b=");
  EXPECT_EQ(endpoint.user_id, "Jürgen");
  EXPECT_EQ(endpoint.user_agent, "etl 1");
  EXPECT_EQ(endpoint.session_id, kUuid);
  EXPECT_EQ(endpoint.headers, (std::map<std::string, std::string>{{"x-tenant", "blue"}}));
}

TEST(ParseEndpoint, TakesASocket) {
  const Endpoint endpoint = Parsed("sc+unix:///tmp/a b/spark;token=t;user_id=u");
  EXPECT_EQ(endpoint.socket_path, "/tmp/a b/spark");
  EXPECT_EQ(endpoint.token, "t");
  EXPECT_FALSE(endpoint.use_tls);
  EXPECT_TRUE(endpoint.is_loopback());
  EXPECT_EQ(endpoint.ToString(), "sc+unix:///tmp/a b/spark");
  EXPECT_THAT(EndpointError("sc+unix://tmp/x;token=t"), HasSubstr("absolute path"));
  EXPECT_THAT(EndpointError("sc+unix:/tmp/x;token=t"), HasSubstr("sc://"));
}

TEST(ParseEndpoint, KeepsEqualsSignsOfAValue) {
  EXPECT_EQ(Parsed("sc://localhost/;token=abc==").token, "abc==");
}

TEST(ParseEndpoint, SendsTokensOverTlsOnlyExceptToThisMachine) {
  EXPECT_FALSE(Parsed("sc://h").use_tls);
  EXPECT_TRUE(Parsed("sc://h/;token=a").use_tls);
  EXPECT_FALSE(Parsed("sc://localhost/;token=a").use_tls);
  EXPECT_FALSE(Parsed("sc://127.0.0.1:1/;token=a").use_tls);
  EXPECT_FALSE(Parsed("sc://[::1]/;token=a").use_tls);
  EXPECT_TRUE(Parsed("sc://localhost/;token=a;use_ssl=true").use_tls);
  EXPECT_TRUE(Parsed("sc://127.example.com/;token=a").use_tls);
  EXPECT_THAT(EndpointError("sc://h/;token=secret;use_ssl=false"), HasSubstr("use_ssl=false"));
}

TEST(ParseEndpoint, TakesADefaultToken) {
  EXPECT_EQ(ParseEndpoint("sc://h", "env")->token, "env");
  EXPECT_TRUE(ParseEndpoint("sc://h", "env")->use_tls);
  EXPECT_EQ(ParseEndpoint("sc://h/;token=own", "env")->token, "own");
}

TEST(ParseEndpoint, NamesThePartThatIsWrong) {
  EXPECT_THAT(EndpointError("http://h"), HasSubstr("sc://"));
  EXPECT_THAT(EndpointError("sc://"), HasSubstr("host is missing"));
  EXPECT_THAT(EndpointError("sc://:1"), HasSubstr("host is missing"));
  EXPECT_THAT(EndpointError("sc://h:70000"), HasSubstr("port `70000`"));
  EXPECT_THAT(EndpointError("sc://h:"), HasSubstr("port ``"));
  EXPECT_THAT(EndpointError("sc://h:1x"), HasSubstr("port `1x`"));
  EXPECT_THAT(EndpointError("sc://[::1"), HasSubstr("lacks its `]`"));
  EXPECT_THAT(EndpointError("sc://h/path"), HasSubstr("behind `/`"));
  EXPECT_THAT(EndpointError("sc://h?a=b"), HasSubstr("host `h?a=b`"));
  EXPECT_THAT(EndpointError("sc://h/;use_ssl=yes"), HasSubstr("use_ssl"));
  EXPECT_THAT(EndpointError("sc://h/;session_id=1"), HasSubstr("session_id `1`"));
  EXPECT_THAT(EndpointError("sc://h/;user_id="), HasSubstr("`user_id` is missing"));
  EXPECT_THAT(EndpointError("sc://h/;user_id=%4"), HasSubstr("`user_id` is not URL-encoded"));
  EXPECT_THAT(EndpointError("sc://h/;x y=1"), HasSubstr("parameter `x y`"));
  EXPECT_THAT(EndpointError("sc://h/;a=1;;b=2"), HasSubstr("parameter 2"));
}

TEST(ParseEndpoint, NeverTellsATokensText) {
  EXPECT_THAT(EndpointError("sc://h/;token%3Dsecret"), Not(HasSubstr("secret")));
  EXPECT_THAT(EndpointError("sc://h/;secret"), Not(HasSubstr("secret")));
  EXPECT_THAT(EndpointError("sc://h/;token=secret%"), Not(HasSubstr("secret")));
  EXPECT_THAT(EndpointError("sc://h/;token=secret%0A"), Not(HasSubstr("secret")));
  EXPECT_THAT(EndpointError("sc://user:secret@h"), Not(HasSubstr("secret")));
  EXPECT_THAT(Parsed("sc://h/;token=secret").ToString(), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace tarn::connect
