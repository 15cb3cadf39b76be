// Records that look like the one before, nearly like it, or not at all: results never depend on it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "json/scan_for_test.h"

namespace tarn::json {
namespace {

ScanOptions MixedOptions() {
  return Options({arrow::field("id", arrow::int64()), arrow::field("name", arrow::utf8()),
                  arrow::field("share", arrow::float64()), arrow::field("open", arrow::boolean()),
                  arrow::field("tags", arrow::list(arrow::utf8()))});
}

// Records whose shape changes now and then; some of them bad.
std::vector<std::string> MakeRecords(uint32_t seed, int count) {
  std::mt19937 random(seed);
  const auto pick = [&](std::vector<std::string> choices) {
    return choices[random() % choices.size()];
  };
  std::vector<std::string> records;
  std::vector<std::string> keys = {"id", "name", "share", "open", "tags", "extra"};
  std::string colon = ":";
  std::string comma = ",";
  for (int i = 0; i < count; ++i) {
    if (random() % 8 == 0) std::shuffle(keys.begin(), keys.end(), random);
    if (random() % 8 == 0) colon = pick({":", ": ", " :"});
    if (random() % 8 == 0) comma = pick({",", ", ", "\t,"});
    const size_t num_keys = random() % 8 == 0 ? random() % 7 : keys.size();
    std::string record = "{";
    for (size_t k = 0; k < num_keys; ++k) {
      const std::string& key = keys[k];
      if (k > 0) record += comma;
      record += '"' + key + '"' + colon;
      record += key == "id"
                    ? pick({"1", "-20", "9223372036854775807", "null", "9223372036854775808"})
                : key == "name"
                    ? pick({"\"x\"", "\"a\\nb\"", "\"é\"", "12", "null", "\"\"", "{\"a\": 1}"})
                : key == "share" ? pick({"1.5", "218.93179", "1e3", "\"NaN\"", "null", "7"})
                : key == "open"  ? pick({"true", "false", "null"})
                : key == "tags"  ? pick({"[]", "[\"a\",\"b\"]", "[1]", "null", "[\"\\u00e9\"]"})
                                 : pick({"1", "[[]]", "\"\\\\\"", "{}", "nul", "\"\xFF\""});
    }
    records.push_back(record + "}");
  }
  return records;
}

TEST(ShapeTest, RecordsReadTogetherAreAsReadAlone) {
  for (uint32_t seed = 0; seed < 10; ++seed) {
    const std::vector<std::string> records = MakeRecords(seed, 100);
    std::string block;
    std::vector<std::string> rows;
    std::vector<std::string> reasons;
    for (const std::string& record : records) {
      block += record + (seed % 2 == 0 ? "\n" : "\r\n");
      const ScanResult alone = ScanOrDie(MixedOptions(), record);
      for (std::string& row : RowsOf(alone)) rows.push_back(std::move(row));
      for (const BadRecord& bad : alone.bad_records) reasons.push_back(record + bad.reason);
    }
    const ScanResult together = ScanOrDie(MixedOptions(), block);
    EXPECT_EQ(RowsOf(together), rows);
    EXPECT_EQ(together.num_records, 100);
    ASSERT_EQ(together.bad_records.size(), reasons.size());
    for (size_t i = 0; i < reasons.size(); ++i) {
      const BadRecord& bad = together.bad_records[i];
      EXPECT_EQ(block.substr(bad.byte_offset, bad.num_bytes) + bad.reason, reasons[i]);
    }
    EXPECT_TRUE(together.batch->ValidateFull().ok());
  }
}

TEST(ShapeTest, ScannerCanBeUsedAgain) {
  auto scanner = Scanner::Make(MixedOptions()).ValueOrDie();
  for (uint32_t seed = 0; seed < 10; ++seed) {
    std::string block;
    for (const std::string& record : MakeRecords(seed, 40)) block += record + "\n";
    const ScanResult again = scanner->Scan(block).ValueOrDie();
    const ScanResult fresh = ScanOrDie(MixedOptions(), block);
    EXPECT_TRUE(again.batch->Equals(*fresh.batch, arrow::EqualOptions().nans_equal(true)));
    EXPECT_TRUE(again.batch->ValidateFull().ok());
  }
}

}  // namespace
}  // namespace tarn::json
