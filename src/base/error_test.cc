#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Error, TheHintIsNoPartOfTheMessage) {
  const Status error = MakeError(ErrorKind::kUsage, "unknown table 'song'", "its tables are songs");
  EXPECT_EQ(KindOf(error), ErrorKind::kUsage);
  EXPECT_EQ(MessageOf(error), "unknown table 'song'");
  EXPECT_EQ(HintOf(error), "its tables are songs");
  EXPECT_EQ(Render(error), "unknown table 'song'\n  hint: its tables are songs");
  EXPECT_EQ(Render(MakeError(ErrorKind::kFailed, "disk full")), "disk full");
  EXPECT_EQ(Render(Status::IOError("disk full")), "disk full");
}

TEST(Error, TheMessageBeginsWithThePlaceInData) {
  const Status error =
      MakeError(ErrorKind::kBadInput, {"no value", "fix it", {"a.json", 88, 0, 17}});
  EXPECT_EQ(MessageOf(error), "a.json: line 88, byte 17: no value");
  const ErrorText text = TextOf(error);
  EXPECT_EQ(text.message, "no value");
  EXPECT_EQ(text.hint, "fix it");
  EXPECT_EQ(text.place.file, "a.json");
  EXPECT_EQ(text.place.line, 88);
  EXPECT_EQ(text.place.byte_offset, 17);
}

TEST(Error, ContextKeepsKindHintAndPlace) {
  const Status error = WithContext(
      MakeError(ErrorKind::kBadInput, {"no value", "fix it", {"a.json", 88}}), "reading events");
  EXPECT_EQ(MessageOf(error), "reading events: a.json: line 88: no value");
  EXPECT_EQ(TextOf(error).message, "reading events: no value");
  EXPECT_EQ(HintOf(error), "fix it");
  EXPECT_EQ(TextOf(error).place.line, 88);
  EXPECT_EQ(KindOf(error), ErrorKind::kBadInput);
}

TEST(Error, TheTextIsThatOfTheFirstDiagnostic) {
  const ErrorText text = TextOf(
      MakeError({{"t.toml", 3, 1, "table.t.key", "unknown column: ID", "did you mean id?", ""},
                 {"t.sql", 1, 2, "", "other", "", ""}}));
  EXPECT_EQ(text.message, "table.t.key: unknown column: ID");
  EXPECT_EQ(text.hint, "did you mean id?");
  EXPECT_EQ(text.place.file, "t.toml");
  EXPECT_EQ(text.place.column, 1);
}

TEST(Error, SecretsAreMaskedInEachPart) {
  const std::string uri = "http://user:s3cr3t@host/x";
  const ErrorText text = TextOf(MakeError(ErrorKind::kFailed, {uri, uri, {uri}}));
  for (const std::string& part : {text.message, text.hint, text.place.file}) {
    EXPECT_THAT(part, Not(HasSubstr("s3cr3t")));
  }
}

}  // namespace
}  // namespace tarn
