#include "infer/added_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infer/survey.h"
#include "pipeline/ddl.h"
#include "storage/storages_for_test.h"
#include "storage/temporary_folder_for_test.h"

namespace tarn::infer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

arrow::FieldVector FieldsOf(const std::string& ddl) {
  return ddl.empty() ? arrow::FieldVector() : pipeline::ParseDdl(ddl).ValueOrDie()->fields();
}

std::string TextOf(const arrow::FieldVector& fields) {
  return pipeline::DdlOf(*arrow::schema(fields));
}

class AddedFieldsTest : public testing::Test {
 protected:
  // What the records have beside the declared fields.
  std::string Beside(const std::string& declared, const std::string& records,
                     const std::vector<std::string>& reserved = {}) {
    folder_.Write("a.json", records);
    SurveyOptions options;
    options.globs = {folder_ / "a.json"};
    options.extent.whole = true;
    survey_ = SurveyFiles(storage::TestStorages(), options).ValueOrDie();
    return TextOf(FieldsBeside(FieldsOf(declared), survey_.profile.record(), reserved));
  }

  storage::TemporaryFolder folder_;
  Survey survey_;
};

TEST_F(AddedFieldsTest, WhatIsNotDeclared) {
  EXPECT_EQ(Beside("id INT", "{\"id\":\"x\",\"city\":\"Oslo\",\"n\":1}\n{\"n\":2.5}\n"),
            "city STRING, n DOUBLE");
  EXPECT_EQ(Beside("id INT, city STRING", "{\"id\":1,\"city\":2}\n"), "");
}

TEST_F(AddedFieldsTest, InsideOfWhatIsDeclared) {
  EXPECT_EQ(
      Beside(
          "o STRUCT<a: INT>, l ARRAY<STRUCT<a: INT>>, m MAP<STRING, STRUCT<a: INT>>, s STRING",
          R"({"o":{"a":1,"b":{"c":true}},"l":[{"b":1},{"c":"x"}],"m":{"k":{"d":[1]}},"s":{"x":1}})"
          "\n"),
      "o STRUCT<b: STRUCT<c: BOOLEAN>>, l ARRAY<STRUCT<b: BIGINT, c: STRING>>, "
      "m MAP<STRING, STRUCT<d: ARRAY<BIGINT>>>");
}

// What has no value yet is added when it has one, with the right type.
TEST_F(AddedFieldsTest, WhatTellsNoTypeWaits) {
  EXPECT_EQ(Beside("", R"({"a":null,"b":[],"c":{},"d":[null],"e":{"f":null,"g":1},"h":[[]]})"
                       "\n"),
            "e STRUCT<g: BIGINT>");
}

TEST_F(AddedFieldsTest, NamesThatCannotBeColumns) {
  EXPECT_EQ(Beside("id INT",
                   R"({"":1,"ID":2,"dt":"x","City":1,"city":2})"
                   "\n",
                   {"DT"}),
            "City BIGINT");
}

TEST_F(AddedFieldsTest, TypesGrowWider) {
  const auto widened = [](const std::string& before, const std::string& found) {
    return TextOf(Widened(FieldsOf(before), FieldsOf(found)));
  };
  EXPECT_EQ(widened("a BIGINT, b DOUBLE", "b BIGINT, a DOUBLE, c DATE"),
            "a DOUBLE, b DOUBLE, c DATE");
  EXPECT_EQ(widened("a BIGINT", "a DECIMAL(22,0)"), "a DECIMAL(22,0)");
  EXPECT_EQ(widened("a DECIMAL(19,0)", "a BIGINT"), "a DECIMAL(20,0)");
  EXPECT_EQ(widened("a DATE", "a TIMESTAMP"), "a TIMESTAMP");
  EXPECT_EQ(widened("a INT, b SMALLINT, c FLOAT", "a BIGINT, b DOUBLE, c BIGINT"),
            "a BIGINT, b DOUBLE, c DOUBLE");
  EXPECT_EQ(widened("a DATE, b BOOLEAN, c STRING", "a STRING, b BIGINT, c STRUCT<x: INT>"),
            "a STRING, b STRING, c STRING");
  EXPECT_EQ(widened("o STRUCT<x: BIGINT>, l ARRAY<BIGINT>, m MAP<STRING, BIGINT>",
                    "o STRUCT<y: STRING, x: DOUBLE>, l ARRAY<STRING>, m STRUCT<k: DOUBLE>"),
            "o STRUCT<x: DOUBLE, y: STRING>, l ARRAY<STRING>, m MAP<STRING, DOUBLE>");
  EXPECT_EQ(widened("a BIGINT", ""), "a BIGINT");
  // A key that is another one but for case is none of the column.
  EXPECT_EQ(widened("a BIGINT", "A STRING"), "a BIGINT");
}

TEST_F(AddedFieldsTest, AddedBehindTheDeclaredOnes) {
  const auto fields =
      WithAdded(FieldsOf("o STRUCT<a: INT>, l ARRAY<STRUCT<a: INT>>, id INT"),
                FieldsOf("city STRING, o STRUCT<b: DOUBLE>, l ARRAY<STRUCT<c: DATE>>"));
  ASSERT_TRUE(fields.ok()) << fields.status();
  EXPECT_EQ(TextOf(*fields),
            "o STRUCT<a: INT, b: DOUBLE>, l ARRAY<STRUCT<a: INT, c: DATE>>, id INT, city STRING");
  EXPECT_EQ(TextOf(*WithAdded(FieldsOf("city STRING"), FieldsOf("city STRING"))), "city STRING");
}

TEST_F(AddedFieldsTest, ConflictsHaveAPath) {
  const auto why = [](const std::string& declared, const std::string& added) {
    return WithAdded(FieldsOf(declared), FieldsOf(added)).status().message();
  };
  EXPECT_EQ(why("city INT", "city STRING"), "city");
  EXPECT_EQ(why("city INT", "City INT"), "City");
  EXPECT_EQ(why("o STRUCT<a: INT>", "o STRUCT<a: STRING>"), "o.a");
  EXPECT_EQ(why("o STRING", "o STRUCT<a: STRING>"), "o");
  EXPECT_EQ(why("l ARRAY<STRUCT<a: INT>>", "l ARRAY<STRUCT<a: STRING>>"), "l[].a");
}

TEST_F(AddedFieldsTest, ListsThemByPath) {
  std::vector<std::string> list;
  for (const AddedField& field :
       ListAdded(FieldsOf("o STRUCT<a: INT>, l ARRAY<STRUCT<a: INT>>"),
                 FieldsOf("city STRING, o STRUCT<b: STRUCT<c: INT>>, l ARRAY<STRUCT<d: DATE>>"))) {
    list.push_back(field.path + " " + field.type);
  }
  EXPECT_THAT(list, ElementsAre("city STRING", "o.b STRUCT<c: INT>", "l[].d DATE"));
  EXPECT_THAT(ListAdded(FieldsOf("a INT"), {}), IsEmpty());
}

}  // namespace
}  // namespace tarn::infer
