#include "local/kernels/url_parts.h"

#include <gtest/gtest.h>

#include <string>

namespace tarn::local {
namespace {

// "scheme|authority|user|host|path|query|fragment", - where there is none.
std::string Parts(std::string_view url) {
  const std::optional<UrlParts> parts = ParseUrl(url);
  if (!parts) return "no URL";
  std::string text;
  for (const auto& part : {parts->scheme, parts->authority, parts->user, parts->host, parts->path,
                           parts->query, parts->fragment}) {
    if (!text.empty()) text += "|";
    text += part ? std::string(*part) : "-";
  }
  return text;
}

TEST(ParseUrl, TakesApartWhatJavaDoes) {
  EXPECT_EQ(Parts("http://u:p@h.org:80/a/b?x=1&y#f"), "http|u:p@h.org:80|u:p|h.org|/a/b|x=1&y|f");
  EXPECT_EQ(Parts("http://h"), "http|h|-|h||-|-");
  EXPECT_EQ(Parts("/a?#"), "-|-|-|-|/a||");
  EXPECT_EQ(Parts("mailto:a@b.c?x"), "mailto|-|-|-|-|-|-");
  EXPECT_EQ(Parts("file:///a"), "file|-|-|-|/a|-|-");
  EXPECT_EQ(Parts("http://[::1]:80/"), "http|[::1]:80|-|[::1]|/|-|-");
  EXPECT_EQ(Parts("http://[1::2:3.4.5.6%eth0]/"),
            "http|[1::2:3.4.5.6%eth0]|-|[1::2:3.4.5.6%eth0]|/|-|-");
  EXPECT_EQ(Parts("http://é.org/ü"), "http|é.org|-|-|/ü|-|-");
}

TEST(ParseUrl, AnAuthorityMayNameNoServer) {
  EXPECT_EQ(Parts("http://h_x:80/"), "http|h_x:80|-|-|/|-|-");
  EXPECT_EQ(Parts("http://a.1b/"), "http|a.1b|-|-|/|-|-");
  EXPECT_EQ(Parts("http://h:x/"), "http|h:x|-|-|/|-|-");
  EXPECT_EQ(Parts("http://u@/"), "http|u@|-|-|/|-|-");
}

TEST(ParseUrl, RefusesWhatJavaRefuses) {
  for (const char* url :
       {"http:", "http://", ":a", "1http://h", "in lid://h", "http://h/a b", "http://h/%4",
        "http://h/%zz", "http://h/[a]", "http://h/a|b", "http://h?{", "http://[::1",
        "http://[1:2]/", "http://[1::2::3]/", "a#b#c", "http://h/\x7F", "http://h/\u2003"}) {
    EXPECT_EQ(Parts(url), "no URL") << url;
  }
}

}  // namespace
}  // namespace tarn::local
