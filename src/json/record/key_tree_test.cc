#include "json/record/key_tree.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tarn::json {
namespace {

// {"id", "inner": {"x"}}
std::unique_ptr<KeyTree> MakeOrder() {
  std::vector<KeyTree::Field> inner;
  inner.push_back({"x", nullptr});
  std::vector<KeyTree::Field> fields;
  fields.push_back({"id", nullptr});
  fields.push_back({"inner", KeyTree::MakeStruct("o.inner", std::move(inner))});
  return KeyTree::MakeStruct("o", std::move(fields));
}

TEST(KeyTreeTest, FindsFieldsInAnyOrder) {
  const std::unique_ptr<KeyTree> order = MakeOrder();
  for (int i = 0; i < 2; ++i) {
    const KeyTree::Found inner = order->Find("inner");
    ASSERT_NE(inner.value, nullptr);
    EXPECT_EQ(inner.value->path(), "o.inner");
    EXPECT_EQ(inner.is_first, i == 0);
    EXPECT_FALSE(inner.is_new);
    const KeyTree::Found id = order->Find("id");
    EXPECT_EQ(id.value, nullptr);
    EXPECT_EQ(id.is_first, i == 0);
    EXPECT_FALSE(id.is_new);
  }
}

TEST(KeyTreeTest, SaysWhichKeysAreNew) {
  const std::unique_ptr<KeyTree> order = MakeOrder();
  EXPECT_TRUE(order->Find("other").is_new);
  EXPECT_FALSE(order->Find("id").is_new);
  EXPECT_TRUE(order->Find("x").is_new);
}

TEST(KeyTreeTest, StepsIntoElementsAndValues) {
  const std::unique_ptr<KeyTree> list = KeyTree::MakeList("o", MakeOrder());
  ASSERT_NE(list->elements(), nullptr);
  EXPECT_FALSE(list->elements()->Find("id").is_new);
  EXPECT_FALSE(list->Find("id").is_new);  // an object where an array belongs has no keys to know
  const std::unique_ptr<KeyTree> map = KeyTree::MakeMap("m", MakeOrder());
  EXPECT_EQ(map->elements(), nullptr);
  const KeyTree::Found found = map->Find("any");
  ASSERT_NE(found.value, nullptr);
  EXPECT_FALSE(found.is_new);
  EXPECT_TRUE(found.value->Find("any").is_new);
}

}  // namespace
}  // namespace tarn::json
