#include "local/keys/spilling_keys.h"

#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include "local/batch/batches_for_test.h"
#include "local/spill/order_key.h"

namespace tarn::local {
namespace {

class SpillingKeysTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // The rows are batch `number` of an input.
  static std::shared_ptr<arrow::UInt32Array> Insert(const BatchPtr& rows, int64_t number,
                                                    SpillingKeys* keys) {
    return keys
        ->Insert(EncodedKeys::Make(rows->columns(), rows->num_rows()).ValueOrDie(),
                 [&]() -> Result<BatchPtr> {
                   return AddOrderKey(rows,
                                      OrderKeysOfBatch(number, rows->num_rows()).ValueOrDie());
                 })
        .ValueOrDie();
  }

  SpillStore store_{testing::TempDir()};
};

TEST_F(SpillingKeysTest, KeysThatAreKnownStay) {
  const auto keys =
      SpillingKeys::Make({arrow::utf8()}, /*keeps_keys=*/true, 0, &store_).ValueOrDie();
  const int64_t bytes_before = keys->num_bytes();
  ExpectArray(*Insert(MakeBatch("s STRING", R"([["a"], [null], ["a"]])"), 0, keys.get()),
              "[0, 1, 0]");
  EXPECT_GT(keys->num_bytes(), bytes_before);
  keys->Freeze();
  ExpectArray(*Insert(MakeBatch("s STRING", R"([[null], ["a"]])"), 1, keys.get()), "[1, 0]");
  EXPECT_FALSE(keys->has_spilled());
  const BatchPtr more = MakeBatch("s STRING", R"([["b"], ["a"], ["b"]])");
  ExpectArray(*Insert(more, 2, keys.get()), "[null, 0, null]");
  EXPECT_EQ(keys->num_keys(), 2U);
  EXPECT_TRUE(keys->has_spilled());

  const std::vector<SpilledPart> parts = keys->TakeSpilled().ValueOrDie();
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].level, 1);
  const BatchPtr rows = parts[0].rows.Read(0).ValueOrDie();
  EXPECT_TRUE(WithoutOrderKey(rows)->Equals(*MakeBatch("s STRING", R"([["b"], ["b"]])")));
  EXPECT_EQ(NumberAt(*rows, 1), NumberOfRow(2, 2));

  const auto next = SpillingKeys::Make({arrow::utf8()}, false, 1, &store_).ValueOrDie();
  std::vector<int64_t> first;
  AddFirstNumbers(*rows, *Insert(WithoutOrderKey(rows), 0, next.get()), &first);
  EXPECT_EQ(first, std::vector<int64_t>{NumberOfRow(2, 0)});
}

TEST_F(SpillingKeysTest, OfSomeRowsOfABatch) {
  const auto spilling =
      SpillingKeys::Make({arrow::int32()}, /*keeps_keys=*/true, 0, &store_).ValueOrDie();
  const BatchPtr rows = MakeBatch("i INT", "[[1], [2], [3], [2], [4]]");
  const EncodedKeys keys = EncodedKeys::Make(rows->columns(), rows->num_rows()).ValueOrDie();
  std::vector<int64_t> positions;
  std::vector<int64_t> first;
  const auto insert = [&](std::vector<int64_t> some) {
    const auto numbers =
        spilling
            ->Insert(keys, some,
                     [&](std::span<const int64_t> at) -> Result<BatchPtr> {
                       positions.assign(at.begin(), at.end());
                       return AddOrderKey(rows->Slice(0, 1), OrderKeysOfBatch(0, 1).ValueOrDie());
                     })
            .ValueOrDie();
    AddFirstNumbers(
        *numbers, [&](int64_t i) { return 10 * some[i]; }, &first);
    return numbers;
  };
  ExpectArray(*insert({1, 3, 2}), "[0, 0, 1]");
  spilling->Freeze();
  ExpectArray(*insert({2, 4, 1}), "[1, null, 0]");
  EXPECT_EQ(positions, std::vector<int64_t>{1});
  EXPECT_EQ(first, (std::vector<int64_t>{10, 20}));
  EXPECT_EQ(spilling->TakeSpilled().ValueOrDie().size(), 1U);
}

TEST_F(SpillingKeysTest, PartsMayBeLeft) {
  const auto keys = SpillingKeys::Make({arrow::int32()}, false, 0, &store_).ValueOrDie();
  keys->Freeze();
  Insert(MakeBatch("i INT", "[[1],[2],[3],[4],[5],[6],[7],[8]]"), 0, keys.get());
  int num_parts = 0;
  MemoryGrant grant(nullptr);
  const Status status = ProcessParts(
      keys->TakeSpilled().ValueOrDie(),
      [&] { return num_parts < 2 ? Status::OK() : Status::Cancelled("now"); }, &grant,
      [&](const SpilledPart&) -> Result<std::vector<SpilledPart>> {
        ++num_parts;
        return std::vector<SpilledPart>();
      });
  EXPECT_TRUE(status.IsCancelled());
  EXPECT_EQ(num_parts, 2);
}

// At each level, more than one key at a time is known, so that there is an end.
TEST_F(SpillingKeysTest, PartsLeaveSmallerOnes) {
  std::string text = "[[0]";
  for (int i = 1; i < 100'000; ++i) text += ",[" + std::to_string(i) + "]";
  const BatchPtr all = MakeBatch("i INT", text + "]");
  const auto keys = SpillingKeys::Make({arrow::int32()}, false, 0, &store_).ValueOrDie();
  keys->Freeze();
  EXPECT_EQ(Insert(all, 0, keys.get())->null_count(), all->num_rows());
  int64_t num_rows = 0, num_levels = 0;
  MemoryGrant grant(nullptr);
  ASSERT_TRUE(
      ProcessParts(
          keys->TakeSpilled().ValueOrDie(), GoOn, &grant,
          [&](const SpilledPart& part) -> Result<std::vector<SpilledPart>> {
            num_levels = std::max<int64_t>(num_levels, part.level);
            const auto next =
                SpillingKeys::Make({arrow::int32()}, false, part.level, &store_).ValueOrDie();
            for (size_t i = 0; i < part.rows.num_batches(); ++i) {
              const BatchPtr rows = part.rows.Read(i).ValueOrDie();
              const int64_t num_known = part.level == 3 ? rows->num_rows() : 20;
              Insert(WithoutOrderKey(rows->Slice(0, num_known)), 0, next.get());
              next->Freeze();
              Insert(WithoutOrderKey(rows->Slice(num_known)), 0, next.get());
            }
            num_rows += next->num_keys();
            return next->TakeSpilled();
          })
          .ok());
  EXPECT_EQ(num_levels, 3);
  EXPECT_EQ(num_rows, all->num_rows());
}

}  // namespace
}  // namespace tarn::local
