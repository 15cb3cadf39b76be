#include "json/record/document.h"

#include <gtest/gtest.h>

#include <string>

namespace tarn::json {
namespace {

using Outcome = Document::Outcome;

// Keys and values of a node and those inside, and `^` where a nested one ends.
std::string Shown(const Document& document, size_t node) {
  const Document::Node& shown = document.nodes()[node];
  std::string text;
  if (!shown.key.empty()) text += std::string(shown.key) + "=";
  if (!shown.value.is_nested()) return text + std::string(shown.text()) + " ";
  text += shown.kind() == ValueKind::kObject ? "{ " : "[ ";
  document.ForEachChild(node, [&](size_t child) { text += Shown(document, child); });
  return text + "^ ";
}

std::string Read(const std::string& text, Document::Options options = {}) {
  Document document;
  const Outcome outcome = document.Parse(text, options);
  if (outcome == Outcome::kEmpty) return "empty";
  return outcome == Outcome::kValue ? Shown(document, 0) : "invalid";
}

TEST(Document, HasNodesInTheOrderOfTheText) {
  EXPECT_EQ(Read(R"({"a":[1,{"b":null}],"c":{},"d":[]})"), "{ a=[ 1 { b=null ^ ^ c={ ^ d=[ ^ ^ ");
  EXPECT_EQ(Read(" [ true , false , -1.5e+3 ] "), "[ true false -1.5e+3 ^ ");
  EXPECT_EQ(Read(R"({"a":1,"a":2})"), "{ a=1 a=2 ^ ");
}

TEST(Document, UnescapesStringsAndKeys) {
  EXPECT_EQ(Read(R"({"\u0061\n":"\"\\\/\b\f\r\t\u00e9\ud83d\ude00"})"), "{ a\n=\"\\/\b\f\r\té😀 ^ ");
  EXPECT_EQ(Read(R"({'a':'it\'s "x"'})"), "{ a=it's \"x\" ^ ");
  EXPECT_EQ(Read(R"("\ud800x")"), "\xED\xA0\x80x ");
  EXPECT_EQ(Read(R"("\ude00\ud83d")"), "\xED\xB8\x80\xED\xA0\xBD ");
}

TEST(Document, ReadsTheFirstValueAlone) {
  EXPECT_EQ(Read("[1]x"), "[ 1 ^ ");
  EXPECT_EQ(Read("\"x\"y"), "x ");
  EXPECT_EQ(Read("1 x"), "1 ");
  EXPECT_EQ(Read("true,"), "true ");
  for (const char* text : {"1x", "1,", "truex"}) EXPECT_EQ(Read(text), "invalid") << text;
}

TEST(Document, RefusesWhatIsNoJson) {
  for (const char* text :
       {"{",           "[",     "[1",    "[1,]", "{,}",     "{\"a\"}",   "{\"a\":}",
        "{\"a\":1,}",  "{a:1}", "[01]",  "[1.]", "[.5]",    "[+1]",      "[1e]",
        "[-]",         "[tru]", "[nul]", "\"x",  "\"\\q\"", "\"\\u12\"", "\"a\nb\"",
        "[1 /* c */]", "[NaN]", "]",     "x",    "\"\\"}) {
    EXPECT_EQ(Read(text), "invalid") << text;
  }
  EXPECT_EQ(Read(std::string("[\0]", 3)), "invalid");
  EXPECT_EQ(Read(""), "empty");
  EXPECT_EQ(Read(" \t\n\r "), "empty");
}

TEST(Document, ReadsNonFiniteNumbersWhereAsked) {
  const Document::Options options = {.non_finite_numbers = true};
  EXPECT_EQ(Read("[NaN,Infinity,-Infinity,+Infinity,-INF,+INF]", options),
            "[ NaN Infinity -Infinity +Infinity -INF +INF ^ ");
  EXPECT_EQ(Read("[INF]", options), "invalid");
  EXPECT_EQ(Read("[NaNs]", options), "invalid");
}

TEST(Document, HasLeadingZerosWhereAsked) {
  const Document::Options options = {.leading_zeros = true};
  EXPECT_EQ(Read("[01,-007,0,-0,00.5,000]", options), "[ 1 -7 0 -0 0.5 0 ^ ");
  EXPECT_EQ(Read("[0x]", options), "invalid");
}

TEST(Document, HasControlCharactersWhereAsked) {
  const Document::Options options = {.control_characters = true};
  EXPECT_EQ(Read("[\"a\nb\t\"]", options), "[ a\nb\t ^ ");
  EXPECT_EQ(Read(std::string("\"\0\"", 3), options), std::string("\0 ", 2));
  EXPECT_EQ(Read("\"a\n", options), "invalid");
}

TEST(Document, BoundsItsDepth) {
  const std::string deep(Document::kDepthMax, '[');
  Document document;
  EXPECT_EQ(document.Parse(deep + std::string(Document::kDepthMax, ']')), Outcome::kValue);
  EXPECT_EQ(document.Parse("[" + deep + std::string(Document::kDepthMax + 1, ']')),
            Outcome::kInvalid);
}

}  // namespace
}  // namespace tarn::json
