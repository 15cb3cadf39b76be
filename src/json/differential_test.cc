// The scanner against nlohmann-json on records made by chance, valid and mutated: the same are
// accepted, and they have the same values.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "json/mutated_for_test.h"
#include "json/scan_for_test.h"

namespace tarn::json {
namespace {

using Json = nlohmann::json;

/// Writes JSON by chance.
class Writer {
 public:
  explicit Writer(uint32_t seed) : random_(seed) {}

  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }

  std::string Record() {
    std::string text = "{" + Space();
    const uint32_t num_members = Below(7);
    for (uint32_t i = 0; i < num_members; ++i) {
      if (i > 0) text += "," + Space();
      static const char* const kKeys[] = {"s", "i", "d", "b", "x", "\\u0073", ""};
      text +=
          std::string("\"") + kKeys[Below(7)] + "\"" + Space() + ":" + Space() + Value(0) + Space();
    }
    return text + "}";
  }

  std::string Mutate(std::string text) { return Mutated(std::move(text), &random_); }

 private:
  std::string Space() {
    static const char* const kSpaces[] = {"", "", "", "", " ", "\t", "  ", "\r"};
    return kSpaces[Below(8)];
  }

  std::string Digits(uint32_t count_max) {
    std::string text(1, static_cast<char>('1' + Below(9)));
    for (uint32_t n = Below(count_max); n > 0; --n) text += static_cast<char>('0' + Below(10));
    return text;
  }

  std::string Number() {
    std::string text = Below(3) == 0 ? "-" : "";
    text += Below(6) == 0 ? "0" : Digits(Below(8) == 0 ? 25 : 12);
    if (Below(2) == 0) text += "." + std::string(Below(3), '0') + Digits(Below(8) == 0 ? 25 : 8);
    if (Below(6) == 0) text += (Below(2) == 0 ? "e" : "E-") + std::to_string(Below(200));
    return text;
  }

  std::string String() {
    static const char* const kPieces[] = {"a",
                                          "bc",
                                          "some words of it",
                                          "0",
                                          "\\\"",
                                          "\\\\",
                                          "\\/",
                                          "\\n",
                                          "\\u0041",
                                          "\\u20AC",
                                          "\\ud83d\\ude00",
                                          "é",
                                          "€",
                                          "😀",
                                          "漢字",
                                          "'",
                                          "\x7F",
                                          "{",
                                          "]",
                                          ",\\\"",
                                          "\\u0000",
                                          "\\b\\f\\r\\t",
                                          ":",
                                          "  "};
    std::string text = "\"";
    for (uint32_t n = Below(Below(6) == 0 ? 40 : 6); n > 0; --n) text += kPieces[Below(24)];
    return text + "\"";
  }

  std::string Value(int depth) {
    switch (Below(depth > 3 ? 6 : 8)) {
      case 0:
        return "null";
      case 1:
        return Below(2) == 0 ? "true" : "false";
      case 2:
      case 3:
        return Number();
      case 4:
      case 5:
        return String();
      case 6: {
        std::string text = "[" + Space();
        for (uint32_t n = Below(4); n > 0; --n)
          text += Value(depth + 1) + Space() + (n > 1 ? "," : "");
        return text + "]";
      }
      default: {
        std::string text = "{" + Space();
        for (uint32_t n = Below(3); n > 0; --n) {
          text += String() + ":" + Value(depth + 1) + (n > 1 ? "," : "");
        }
        return text + "}";
      }
    }
  }

  std::mt19937 random_;
};

ScanOptions SomeFields() {
  return Options({arrow::field("s", arrow::utf8()), arrow::field("i", arrow::utf8()),
                  arrow::field("d", arrow::utf8()), arrow::field("b", arrow::utf8())});
}

// What nlohmann reads; discarded when it refuses. It refuses numbers past double's range, which are
// valid: the writer makes none, and mutations hardly do.
Json Parse(const std::string& record) {
  Json parsed = Json::parse(record, nullptr, /*allow_exceptions=*/false);
  return parsed.is_object() ? parsed : Json(Json::value_t::discarded);
}

// Whether a number past double's range is why nlohmann refuses the record.
bool HasNumberOutOfRange(const std::string& record) {
  try {
    Json::parse(record);
  } catch (const Json::out_of_range&) {
    return true;
  } catch (const Json::exception&) {
  }
  return false;
}

// The text of a column of STRING against a parsed value.
void ExpectSame(const Json& parsed, const std::string& key, const arrow::Array& column, int64_t row,
                const std::string& record) {
  const auto& strings = static_cast<const arrow::StringArray&>(column);
  const auto found = parsed.find(key);
  if (found == parsed.end() || found->is_null()) {
    EXPECT_TRUE(strings.IsNull(row)) << record;
    return;
  }
  ASSERT_TRUE(strings.IsValid(row)) << record;
  const std::string text(strings.GetView(row));
  if (found->is_string()) {
    EXPECT_EQ(text, found->get<std::string>()) << record;
  } else {
    EXPECT_EQ(Json::parse(text), *found) << record;
  }
}

void ExpectSameRecords(const std::vector<std::string>& records) {
  std::string block;
  for (const std::string& record : records) block += record + "\n";
  const ScanResult result = ScanOrDie(SomeFields(), block);
  ASSERT_TRUE(result.batch->ValidateFull().ok());
  auto bad = result.bad_records.begin();
  int64_t row = 0;
  int64_t line = -1;
  for (const std::string& record : records) {
    ++line;
    if (record.find_first_not_of(" \t\r") == std::string::npos) continue;
    const bool refused = bad != result.bad_records.end() && bad->line == line;
    const Json parsed = Parse(record);
    EXPECT_TRUE(refused == parsed.is_discarded() || HasNumberOutOfRange(record))
        << record << (refused ? ": " + bad->reason : "");
    if (refused) {
      ++bad;
      continue;
    }
    for (int column = 0; column < 4 && !parsed.is_discarded(); ++column) {
      ExpectSame(parsed, result.batch->schema()->field(column)->name(),
                 *result.batch->column(column), row, record);
    }
    ++row;
  }
  EXPECT_EQ(row, result.batch->num_rows());
}

TEST(DifferentialTest, GeneratedRecords) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    Writer writer(seed);
    std::vector<std::string> records;
    for (int i = 0; i < 50; ++i) records.push_back(writer.Record());
    ExpectSameRecords(records);
  }
}

TEST(DifferentialTest, MutatedRecords) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    Writer writer(seed);
    std::vector<std::string> records;
    std::string record = writer.Record();
    for (int i = 0; i < 100; ++i) {
      if (writer.Below(8) == 0) record = writer.Record();
      records.push_back(writer.Below(2) == 0 ? record : writer.Mutate(record));
    }
    ExpectSameRecords(records);
  }
}

// Values read as numbers are those of the other parser.
TEST(DifferentialTest, Numbers) {
  const ScanOptions options =
      Options({arrow::field("i", arrow::int64()), arrow::field("d", arrow::float64())});
  std::mt19937_64 random(3);
  std::string block;
  std::vector<Json> parsed;
  for (int i = 0; i < 20'000; ++i) {
    const auto integer = static_cast<int64_t>(random() >> (random() % 64)) * (i % 2 == 0 ? 1 : -1);
    const double value = static_cast<double>(random() % 100'000'000) / 1e5;
    const std::string record = Json({{"i", integer}, {"d", value}}).dump();
    block += record + "\n";
    parsed.push_back(Json::parse(record));
  }
  const ScanResult result = ScanOrDie(options, block);
  ASSERT_EQ(result.batch->num_rows(), static_cast<int64_t>(parsed.size()));
  const auto& integers = static_cast<const arrow::Int64Array&>(*result.batch->column(0));
  const auto& doubles = static_cast<const arrow::DoubleArray&>(*result.batch->column(1));
  for (int64_t row = 0; row < result.batch->num_rows(); ++row) {
    EXPECT_EQ(integers.Value(row), parsed[row]["i"].get<int64_t>());
    EXPECT_EQ(doubles.Value(row), parsed[row]["d"].get<double>());
  }
}

}  // namespace
}  // namespace tarn::json
