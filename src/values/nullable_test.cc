#include "values/nullable.h"

#include <gtest/gtest.h>

#include "values/ddl_text.h"
#include "values/time_of_day.h"

namespace tarn {
namespace {

using arrow::field;

TEST(NullableTest, AllValuesMayBeNull) {
  const auto object = arrow::struct_({field("i", arrow::int32(), false), field("t", TimeType(3))});
  const auto schema =
      arrow::schema({field("a", arrow::int64(), false), field("b", arrow::utf8()),
                     field("l", arrow::list(field("item", object, false)), false),
                     field("m", arrow::map(object, field("value", object, false)), false)});
  const auto nullable = AsNullable(*schema);
  for (const auto& column : nullable->fields()) EXPECT_TRUE(column->nullable()) << column->name();
  EXPECT_EQ(DdlOf(*nullable),
            "a BIGINT, b STRING, l ARRAY<STRUCT<i: INT, t: TIME(3)>>, "
            "m MAP<STRUCT<i: INT, t: TIME(3)>, STRUCT<i: INT, t: TIME(3)>>");
  EXPECT_TRUE(nullable->field(2)->type()->field(0)->nullable());
  EXPECT_TRUE(nullable->field(3)->type()->field(0)->type()->field(1)->nullable());
  EXPECT_EQ(nullable->field_names(), schema->field_names());
}

}  // namespace
}  // namespace tarn
