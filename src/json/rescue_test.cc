// Values that do not fit are null, and kept as they are written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "json/scan_for_test.h"

namespace tarn::json {
namespace {

using OrderedJson = nlohmann::ordered_json;
using ::testing::ElementsAre;

constexpr const char* kRescued = "_rescued";

// All fields and what is rescued of them.
ScanOptions Rescuing(arrow::FieldVector fields) {
  fields.push_back(arrow::field(kRescued, arrow::utf8()));
  ScanOptions options = Options(std::move(fields));
  options.rescues = true;
  options.rescued_field = options.schema->num_fields() - 1;
  return options;
}

Comparison Asks(int field, Comparison::Op op, std::shared_ptr<arrow::Scalar> value = nullptr) {
  return {field, op, std::move(value)};
}

const auto kId = arrow::field("id", arrow::int64());
const auto kDay = arrow::field("day", arrow::date32());
const auto kName = arrow::field("name", arrow::utf8());

TEST(RescueTest, ValuesThatDoNotFitAreNullAndKept) {
  const ScanResult result = ScanOrDie(Rescuing({kId, kDay, kName}),
                                      "{\"id\":1,\"day\":\"2024-01-31\",\"name\":\"a\"}\n"
                                      "{\"id\":\"x\\\"y\",\"day\":1.50,\"name\":2}\n"
                                      "{\"id\":2,\"day\":{\"a\": [1]},\"name\":null}\n");
  EXPECT_THAT(RowsOf(result),
              ElementsAre("1|2024-01-31|a|null", R"(null|null|2|{"id":"x\"y","day":1.50})",
                          R"(2|null|null|{"day":{"a": [1]}})"));
  EXPECT_EQ(result.num_rescued, 3);
  EXPECT_EQ(result.num_records, 3);
  EXPECT_TRUE(result.bad_records.empty());
}

TEST(RescueTest, WhatIsNoJsonStaysBad) {
  const ScanResult result = ScanOrDie(Rescuing({kId}), "{\"id\":\"x\"}\n{\"id\":\n{\"id\":3}\n");
  EXPECT_THAT(RowsOf(result), ElementsAre(R"(null|{"id":"x"})", "3|null"));
  ASSERT_EQ(result.bad_records.size(), 1U);
  EXPECT_EQ(result.bad_records[0].line, 1);
}

TEST(RescueTest, PartsOfNestedValuesHavePaths) {
  const auto type = arrow::struct_(
      {arrow::field("n", arrow::int32()), arrow::field("tags", arrow::list(arrow::int64())),
       arrow::field("by", arrow::map(arrow::utf8(), arrow::boolean()))});
  const ScanResult result = ScanOrDie(Rescuing({arrow::field("o", type)}),
                                      R"({"o":{"n":1,"tags":[1,"a",2.5],"by":{"k\"1":true,"k":0}}})"
                                      "\n"
                                      R"({"o":{"tags":7,"n":[ 1 ]}})"
                                      "\n"
                                      R"({"o":"none"})"
                                      "\n");
  ASSERT_TRUE(result.batch->ValidateFull().ok());
  const auto& objects = static_cast<const arrow::StructArray&>(*result.batch->column(0));
  EXPECT_TRUE(objects.IsNull(2));
  EXPECT_EQ(static_cast<const arrow::Int32Array&>(*objects.field(0)).Value(0), 1);
  EXPECT_TRUE(objects.field(0)->IsNull(1));
  const auto& tags = static_cast<const arrow::ListArray&>(*objects.field(1));
  EXPECT_EQ(tags.value_length(0), 3);
  EXPECT_EQ(tags.values()->null_count(), 2);
  EXPECT_TRUE(tags.IsNull(1));
  const auto& by = static_cast<const arrow::MapArray&>(*objects.field(2));
  EXPECT_EQ(by.value_length(0), 2);
  EXPECT_TRUE(by.items()->IsValid(0) && by.items()->IsNull(1));
  const auto& rescued = static_cast<const arrow::StringArray&>(*result.batch->column(1));
  EXPECT_EQ(rescued.GetView(0), R"({"o.tags[1]":"a","o.tags[2]":2.5,"o.by.k":0})");
  EXPECT_EQ(rescued.GetView(1), R"({"o.n":[ 1 ],"o.tags":7})");
  EXPECT_EQ(rescued.GetView(2), R"({"o":"none"})");
  EXPECT_EQ(result.num_rescued, 6);
}

// The last of repeated keys counts, and alone: others neither spoil a record nor are kept.
TEST(RescueTest, OfRepeatedKeysOnlyTheLastIsLookedAt) {
  const auto type = arrow::struct_({arrow::field("n", arrow::int32())});
  const ScanResult result =
      ScanOrDie(Rescuing({kId, arrow::field("o", type)}), R"({"id":"x","id":1,"o":{"n":"x","n":2}})"
                                                          "\n"
                                                          R"({"id":1,"id":"y","o":{"n":2,"n":"y"}})"
                                                          "\n");
  EXPECT_THAT(RowsOf(result),
              ElementsAre("1|{n:int32 = 2}|null", R"(null|{n:int32 = null}|{"id":"y","o.n":"y"})"));
  EXPECT_EQ(result.num_rescued, 2);
}

TEST(RescueTest, TheColumnTakesNoKeysValues) {
  ScanOptions options = Rescuing({kId});
  options.find_new_keys = true;
  const ScanResult result = ScanOrDie(options, "{\"id\":1,\"_rescued\":\"mine\"}\n");
  EXPECT_THAT(RowsOf(result), ElementsAre("1|null"));
  ASSERT_EQ(result.new_keys.size(), 1U);
  EXPECT_EQ(result.new_keys[0].key, kRescued);
}

// Whether or not they are put out themselves.
TEST(RescueTest, AllFieldsAreLookedAtForTheColumn) {
  ScanOptions options = Rescuing({kId, kDay, kName});
  options.output = {3, 2};
  const ScanResult result = ScanOrDie(options, "{\"id\":\"x\",\"day\":\"y\",\"name\":\"a\"}\n");
  EXPECT_THAT(RowsOf(result), ElementsAre(R"({"id":"x","day":"y"}|a)"));
}

TEST(RescueTest, WithoutTheColumnOnlyWhatIsReadIsLookedAt) {
  ScanOptions options = Options({kId, kDay});
  options.rescues = true;
  options.output = {1};
  const ScanResult result = ScanOrDie(options, "{\"id\":\"x\",\"day\":\"y\"}\n");
  EXPECT_THAT(RowsOf(result), ElementsAre("null"));
  EXPECT_EQ(result.num_rescued, 1);
}

// A filter sees what the rows have: null.
TEST(RescueTest, FiltersSeeNull) {
  const auto type = arrow::struct_({arrow::field("n", arrow::int32())});
  const std::string text =
      "{\"id\":1,\"o\":{}}\n{\"id\":\"x\",\"o\":{\"n\":\"x\"}}\n{\"id\":\"y\",\"o\":3}\n{\"id\":4}"
      "\n";
  const auto rows = [&](std::vector<std::vector<Comparison>> any_of) {
    ScanOptions options = Rescuing({kId, arrow::field("o", type)});
    options.filter.any_of = std::move(any_of);
    options.output = {0, 2};
    return RowsOf(ScanOrDie(options, text));
  };
  using Op = Comparison::Op;
  const std::string x = R"(null|{"id":"x","o.n":"x"})", y = R"(null|{"id":"y","o":3})";
  EXPECT_THAT(rows({{Asks(0, Op::kIsNull)}}), ElementsAre(x, y));
  EXPECT_THAT(rows({{Asks(0, Op::kIsNotNull)}}), ElementsAre("1|null", "4|null"));
  EXPECT_THAT(rows({{Asks(0, Op::kGt, arrow::MakeScalar(int64_t{1}))}}), ElementsAre("4|null"));
  EXPECT_THAT(rows({{Asks(1, Op::kIsNull)}}), ElementsAre(y, "4|null"));
  EXPECT_THAT(rows({{Asks(1, Op::kIsNotNull), Asks(0, Op::kIsNull)}}), ElementsAre(x));
  EXPECT_THAT(rows({{Asks(0, Op::kEq, arrow::MakeScalar(int64_t{1}))}, {Asks(1, Op::kIsNull)}}),
              ElementsAre("1|null", y, "4|null"));
}

// What a filter drops is not counted, and not kept for the record that comes in its place.
TEST(RescueTest, DroppedRecordsLeaveNothing) {
  ScanOptions options = Rescuing({kId});
  options.filter.any_of = {{Asks(0, Comparison::Op::kIsNotNull)}};
  const ScanResult result = ScanOrDie(options, "{\"id\":\"x\"}\n{\"id\":2}\n");
  EXPECT_THAT(RowsOf(result), ElementsAre("2|null"));
  EXPECT_EQ(result.num_rescued, 0);
}

TEST(RescueTest, OptionsThatContradictAreRefused) {
  ScanOptions options = Rescuing({kId});
  options.rescued_field = 0;
  EXPECT_FALSE(Scanner::Make(options).ok());
  options = Rescuing({kId});
  options.rescues = false;
  EXPECT_FALSE(Scanner::Make(options).ok());
  options = Rescuing({kId});
  options.filter.any_of = {{Asks(1, Comparison::Op::kIsNull)}};
  EXPECT_FALSE(Scanner::Make(options).ok());
}

/// Records by chance, of which some values fit their fields and some do not.
class Records {
 public:
  explicit Records(uint32_t seed) : random_(seed) {}

  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }

  static arrow::FieldVector Fields() {
    const auto inner = arrow::struct_(
        {arrow::field("i", arrow::int32()), arrow::field("t", arrow::list(arrow::float64()))});
    return {arrow::field("i", arrow::int64()),
            arrow::field("d", arrow::date32()),
            arrow::field("s", arrow::utf8()),
            arrow::field("o", inner),
            arrow::field("l", arrow::list(inner)),
            arrow::field("m", arrow::map(arrow::utf8(), arrow::boolean()))};
  }

  std::string Record() {
    std::string text;
    for (const auto& field : Fields()) {
      if (Below(4) == 0) continue;
      text += (text.empty() ? "{" : ", ") + OrderedJson(field->name()).dump() + ":" +
              Value(*field->type());
    }
    return text.empty() ? "{}" : text + "}";
  }

 private:
  std::string Value(const arrow::DataType& type) {
    if (Below(6) == 0) return Any();
    switch (type.id()) {
      case arrow::Type::LIST: {
        std::string text = "[";
        for (uint32_t n = Below(4); n > 0; --n) {
          text += Value(*type.field(0)->type()) + (n > 1 ? " ," : "");
        }
        return text + "]";
      }
      case arrow::Type::STRUCT:
        return R"({"t":)" + Value(*type.field(1)->type()) + R"(,"i": )" +
               Value(*type.field(0)->type()) + "}";
      case arrow::Type::MAP:
        return R"({"a":true,"b.c":)" + Any() + "}";
      case arrow::Type::DATE32:
        return R"("2024-01-31")";
      default:
        return std::to_string(Below(1000));
    }
  }

  std::string Any() {
    static const char* const kValues[] = {"null",   "true", "1",  "-2.5",           R"("x\n\"y")",
                                          R"("é")", "[]",   "{}", R"([{"i":"a"}])", "99999999999"};
    return kValues[Below(10)];
  }

  std::mt19937 random_;
};

std::string BlockOf(const std::vector<std::string>& records) {
  std::string block;
  for (const std::string& record : records) block += record + "\n";
  return block;
}

std::vector<std::string> SomeRecords(uint32_t seed) {
  Records source(seed);
  std::vector<std::string> records;
  for (int i = 0; i < 100; ++i) records.push_back(source.Record());
  return records;
}

// The value at `path` of a record, as MisfitPart::path has it. Keys have no brackets.
OrderedJson* ValueAtPath(OrderedJson* record, std::string path) {
  OrderedJson* value = record;
  while (!path.empty()) {
    if (path[0] == '[') {
      const size_t end = path.find(']');
      value = &(*value)[std::stoul(path.substr(1, end - 1))];
      path.erase(0, end + 1);
      continue;
    }
    if (path[0] == '.') path.erase(0, 1);
    // A map's key may hold what separates others.
    const bool is_key = path == "b.c";
    const std::string key = is_key ? path : path.substr(0, path.find_first_of(".["));
    path.erase(0, key.size());
    value = &(*value)[key];
  }
  return value;
}

// Rescuing gives the rows that plain scanning gives when null stands in the places of what was
// rescued; and what was rescued is what stood there.
TEST(RescueTest, RowsAreThoseOfRecordsWithNulls) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    std::vector<std::string> records = SomeRecords(seed);
    const ScanResult result = ScanOrDie(Rescuing(Records::Fields()), BlockOf(records));
    ASSERT_TRUE(result.batch->ValidateFull().ok());
    ASSERT_TRUE(result.bad_records.empty());
    const int last = result.batch->num_columns() - 1;
    const auto& rescued = static_cast<const arrow::StringArray&>(*result.batch->column(last));
    int64_t num_rescued = 0;
    for (size_t i = 0; i < records.size(); ++i) {
      if (rescued.IsNull(static_cast<int64_t>(i))) continue;
      OrderedJson record = OrderedJson::parse(records[i]);
      const OrderedJson kept = OrderedJson::parse(rescued.GetView(static_cast<int64_t>(i)));
      for (const auto& [path, value] : kept.items()) {
        OrderedJson* const place = ValueAtPath(&record, path);
        EXPECT_EQ(*place, value) << path << " in " << records[i];
        *place = nullptr;
        ++num_rescued;
      }
      records[i] = record.dump();
    }
    EXPECT_EQ(result.num_rescued, num_rescued);
    const ScanResult plain = ScanOrDie(Options(Records::Fields()), BlockOf(records));
    EXPECT_TRUE(plain.bad_records.empty()) << plain.bad_records[0].reason;
    EXPECT_TRUE(result.batch->RemoveColumn(last).ValueOrDie()->Equals(*plain.batch)) << seed;
  }
}

// Whether records are read by the shape of the one before, many at once, or each by itself.
TEST(RescueTest, RecordsByThemselvesGiveTheSame) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const std::vector<std::string> records = SomeRecords(seed);
    const ScanOptions options = Rescuing(Records::Fields());
    const std::vector<std::string> rows = RowsOf(ScanOrDie(options, BlockOf(records)));
    for (size_t i = 0; i < records.size(); ++i) {
      EXPECT_THAT(RowsOf(ScanOnce(options, records[i])), ElementsAre(rows[i])) << records[i];
    }
  }
}

// Where all fits, rescuing changes nothing; where it does not, plain scanning has bad records.
TEST(RescueTest, OnlyRecordsThatDoNotFitAreChanged) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const std::vector<std::string> records = SomeRecords(seed);
    const std::vector<std::string> rows =
        RowsOf(ScanOrDie(Rescuing(Records::Fields()), BlockOf(records)));
    const ScanResult plain = ScanOrDie(Options(Records::Fields()), BlockOf(records));
    const std::vector<std::string> plain_rows = RowsOf(plain);
    size_t next = 0;
    auto bad = plain.bad_records.begin();
    for (size_t i = 0; i < records.size(); ++i) {
      if (bad != plain.bad_records.end() && bad->line == static_cast<int64_t>(i)) {
        EXPECT_FALSE(rows[i].ends_with("|null")) << records[i];
        ++bad;
        continue;
      }
      EXPECT_EQ(rows[i], plain_rows[next++] + "|null") << records[i];
    }
  }
}

}  // namespace
}  // namespace tarn::json
