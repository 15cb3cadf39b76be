// Nested columns against a slow conversion of each value by itself: types, records and damage by
// chance. What is not JSON is the same as where nobody reads the nested values.
#include <arrow/api.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "json/convert.h"
#include "json/mutated_for_test.h"
#include "json/record/unescape.h"
#include "json/record/valid_json.h"
#include "json/scan_for_test.h"

namespace tarn::json {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

const std::vector<std::string>& FieldNames() {
  static const std::vector<std::string> names = {
      "a", "b", "c", "é", "a name that is longer than the widest vector, by far", "q\"\\"};
  return names;
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

/// Types, and values that mostly fit them.
class NestedWriter {
 public:
  explicit NestedWriter(uint32_t seed) : random_(seed) {
    style_ = Below(3);
    missing_in_100_ = Below(2) * 30;
    shuffles_ = Below(4) == 0;
  }

  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }
  bool OneIn(uint32_t count) { return Below(count) == 0; }

  TypePtr Type(int depth) {
    switch (depth == 0 ? 9 : Below(8)) {
      case 0:
      case 1:
        return arrow::list(Type(depth - 1));
      case 2:
        return arrow::map(arrow::utf8(), Type(depth - 1));
      case 3:
      case 4:
      case 5:
      case 6: {
        arrow::FieldVector fields;
        for (uint32_t i = 0; i < FieldNames().size(); ++i) {
          if (OneIn(2)) fields.push_back(arrow::field(FieldNames()[i], Type(depth - 1)));
        }
        return arrow::struct_(fields);
      }
      default: {
        const std::vector<TypePtr> flat = {
            arrow::boolean(), arrow::int8(),   arrow::int64(),
            arrow::float64(), arrow::utf8(),   arrow::utf8(),
            arrow::date32(),  arrow::binary(), arrow::decimal128(6, 2)};
        return flat[Below(static_cast<uint32_t>(flat.size()))];
      }
    }
  }

  std::string Record(const TypePtr& a, const TypePtr& b) {
    std::vector<std::string> members;
    if (!OneIn(10)) members.push_back("\"i\"" + Colon() + std::to_string(Below(10)));
    if (!OneIn(10)) members.push_back(Key("a") + Colon() + Value(*a));
    if (OneIn(4)) members.push_back("\"x\"" + Colon() + Value(*a));
    if (!OneIn(10)) members.push_back(Key("b") + Colon() + Value(*b));
    if (OneIn(30)) members.push_back(Key("a") + Colon() + Value(*a));
    if (OneIn(200)) members.push_back("\"i\":\"no number\"");
    if (shuffles_) std::shuffle(members.begin(), members.end(), random_);
    return "{" + Joined(members) + "}";
  }

  std::string Mutate(std::string text) { return Mutated(std::move(text), &random_); }

 private:
  std::string Space() {
    static const char* const kSpaces[] = {"", " ", "\t", "  \r"};
    return style_ < 2 ? "" : kSpaces[Below(4)];
  }

  std::string Colon() { return style_ == 1 ? ": " : Space() + ":" + Space(); }

  std::string Joined(const std::vector<std::string>& parts) {
    std::string text = Space();
    for (size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) text += style_ == 1 ? ", " : Space() + "," + Space();
      text += parts[i];
    }
    return text + Space();
  }

  std::string Key(const std::string& name) {
    return OneIn(50) && name == "a" ? "\"\\u0061\"" : Quoted(name);
  }

  std::string String() {
    static const char* const kPieces[] = {
        "a",     "some words of it", "\\\"", "\\\\", "\\n", "\\u20AC", "é", "😀", "{", "]",
        ",\\\"", "\\ud83d\\ude00"};
    std::string text = "\"";
    for (uint32_t n = Below(OneIn(6) ? 30 : 3); n > 0; --n) text += kPieces[Below(12)];
    return text + "\"";
  }

  std::string Anything() {
    static const char* const kValues[] = {"{}",
                                          "[]",
                                          "1",
                                          "-2.5e3",
                                          "\"x\"",
                                          "true",
                                          "null",
                                          "1e400",
                                          "{\"a\":[1,{\"b\":null}],\"z\":{}}",
                                          "[[1],{\"a\":2},\"\"]"};
    return kValues[Below(10)];
  }

  std::string Value(const arrow::DataType& type) {
    if (OneIn(20)) return "null";
    if (OneIn(150)) return Anything();
    switch (type.id()) {
      case arrow::Type::LIST: {
        std::vector<std::string> elements(Below(OneIn(20) ? 30 : 4));
        for (std::string& element : elements) element = Value(*type.field(0)->type());
        return "[" + Joined(elements) + "]";
      }
      case arrow::Type::MAP: {
        const auto& map = static_cast<const arrow::MapType&>(type);
        std::vector<std::string> members(Below(4));
        for (std::string& member : members) member = String() + Colon() + Value(*map.item_type());
        return "{" + Joined(members) + "}";
      }
      case arrow::Type::STRUCT:
        return Object(type);
      default:
        return Flat(type);
    }
  }

  std::string Object(const arrow::DataType& type) {
    std::vector<std::string> members;
    for (const auto& field : type.fields()) {
      if (Below(100) < missing_in_100_) continue;
      members.push_back(Key(field->name()) + Colon() + Value(*field->type()));
      if (OneIn(60)) members.push_back(Key(field->name()) + Colon() + Value(*field->type()));
      if (OneIn(20)) members.push_back(String() + Colon() + Anything());
      if (missing_in_100_ == 0 && OneIn(2)) members.push_back("\"unread\"" + Colon() + Anything());
    }
    if (shuffles_) std::shuffle(members.begin(), members.end(), random_);
    return "{" + Joined(members) + "}";
  }

  std::string Flat(const arrow::DataType& type) {
    switch (type.id()) {
      case arrow::Type::BOOL:
        return OneIn(2) ? "true" : "false";
      case arrow::Type::INT8:
        return std::to_string(static_cast<int>(Below(250)) - 123);
      case arrow::Type::INT64:
        return std::to_string(
            (static_cast<int64_t>(random_()) << 31 | random_()) * (OneIn(2) ? 1 : -1) >> Below(60));
      case arrow::Type::DOUBLE:
      case arrow::Type::DECIMAL128:
        return std::to_string(Below(10000)) + (OneIn(2) ? "." + std::to_string(Below(1000)) : "");
      case arrow::Type::DATE32:
        return "\"2018-11-" + std::to_string(10 + Below(21)) + "\"";
      case arrow::Type::BINARY:
        return OneIn(2) ? "\"YWJj\"" : "\"YQ==\"";
      default:
        return OneIn(8) ? Anything() : String();
    }
  }

  std::mt19937 random_;
  uint32_t style_ = 0;
  uint32_t missing_in_100_ = 0;
  bool shuffles_ = false;
};

/// What is wrong with a record.
struct Bad {
  const char* position;
  std::string reason;
};

/// A slow way from a valid value to Arrow: each value is looked at by itself.
class SlowConverter {
 public:
  /// \param[in] builder null to check only.
  /// \return the first misfit.
  std::optional<Bad> Convert(const std::string& path, const Value& value,
                             const arrow::DataType& type, arrow::ArrayBuilder* builder) {
    if (value.is_null()) {
      if (builder != nullptr) {
        EXPECT_TRUE(builder->AppendNull().ok());
      }
      return std::nullopt;
    }
    switch (type.id()) {
      case arrow::Type::LIST:
        return ConvertList(path, value, type, static_cast<arrow::ListBuilder*>(builder));
      case arrow::Type::MAP:
        return ConvertMap(path, value, type, static_cast<arrow::MapBuilder*>(builder));
      case arrow::Type::STRUCT:
        return ConvertStruct(path, value, type, static_cast<arrow::StructBuilder*>(builder));
      default:
        return ConvertFlat(path, value, type, builder);
    }
  }

 private:
  using Found = std::optional<Bad>;

  static Found Misfit(const std::string& path, const Value& value, const arrow::DataType& type) {
    return Bad{value.begin, DescribeMisfit(path, value, type)};
  }

  static Found ConvertFlat(const std::string& path, const Value& value, const arrow::DataType& type,
                           arrow::ArrayBuilder* builder) {
    std::shared_ptr<arrow::Scalar> scalar = ScalarOf(value, type);
    if (scalar == nullptr) return Misfit(path, value, type);
    if (builder != nullptr) {
      EXPECT_TRUE(builder->AppendScalar(*scalar).ok());
    }
    return std::nullopt;
  }

  template <class T>
  static std::shared_ptr<arrow::Scalar> Made(bool fits, const T& value, const TypePtr& type) {
    return fits ? arrow::MakeScalar(type, value).ValueOrDie() : nullptr;
  }

  static std::shared_ptr<arrow::Scalar> ScalarOf(const Value& value, const arrow::DataType& type) {
    bool boolean = false;
    int8_t small = 0;
    int32_t days = 0;
    int64_t integer = 0;
    double number = 0;
    arrow::Decimal128 decimal;
    std::string text;
    switch (type.id()) {
      case arrow::Type::BOOL:
        return Made(ConvertToBool(value, &boolean), boolean, arrow::boolean());
      case arrow::Type::INT8:
        return Made(ConvertToInteger(value, &small), small, arrow::int8());
      case arrow::Type::INT64:
        return Made(ConvertToInteger(value, &integer), integer, arrow::int64());
      case arrow::Type::DOUBLE:
        return Made(ConvertToDouble(value, &number), number, arrow::float64());
      case arrow::Type::DATE32:
        return Made(ConvertToDate(value, nullptr, &days), days, arrow::date32());
      case arrow::Type::DECIMAL128:
        return Made(ConvertToDecimal(value, 6, 2, &decimal), decimal, arrow::decimal128(6, 2));
      case arrow::Type::BINARY:
        return ConvertToBinary(value, &text) ? std::make_shared<arrow::BinaryScalar>(text)
                                             : nullptr;
      default:
        AssignText(value, &text);
        return std::make_shared<arrow::StringScalar>(text);
    }
  }

  Found ConvertList(const std::string& path, const Value& value, const arrow::DataType& type,
                    arrow::ListBuilder* builder) {
    if (value.kind != ValueKind::kArray) return Misfit(path, value, type);
    if (builder != nullptr) {
      EXPECT_TRUE(builder->Append().ok());
    }
    for (const Value& element : ElementsOf(value)) {
      Found found = Convert(path + "[]", element, *type.field(0)->type(),
                            builder != nullptr ? builder->value_builder() : nullptr);
      if (found) return found;
    }
    return std::nullopt;
  }

  Found ConvertMap(const std::string& path, const Value& value, const arrow::DataType& type,
                   arrow::MapBuilder* builder) {
    if (value.kind != ValueKind::kObject) return Misfit(path, value, type);
    if (builder != nullptr) {
      EXPECT_TRUE(builder->Append().ok());
    }
    for (const ObjectMember& member : MembersOf(value)) {
      if (builder != nullptr) {
        auto* const keys = static_cast<arrow::StringBuilder*>(builder->key_builder());
        EXPECT_TRUE(keys->Append(member.key).ok());
      }
      Found found = Convert(path + "." + member.key, member.value,
                            *static_cast<const arrow::MapType&>(type).item_type(),
                            builder != nullptr ? builder->item_builder() : nullptr);
      if (found) return found;
    }
    return std::nullopt;
  }

  Found ConvertStruct(const std::string& path, const Value& value, const arrow::DataType& type,
                      arrow::StructBuilder* builder) {
    if (value.kind != ValueKind::kObject) return Misfit(path, value, type);
    if (builder != nullptr) {
      EXPECT_TRUE(builder->Append().ok());
    }
    for (int i = 0; i < type.num_fields(); ++i) {
      const std::string& name = type.field(i)->name();
      std::vector<Value> values;
      for (const ObjectMember& member : MembersOf(value)) {
        if (member.key == name) values.push_back(member.value);
      }
      if (values.empty()) values.emplace_back();
      for (size_t n = 0; n < values.size(); ++n) {
        const bool counts = builder != nullptr && n + 1 == values.size();
        Found found = Convert(path + "." + name, values[n], *type.field(i)->type(),
                              counts ? builder->field_builder(i) : nullptr);
        if (found) return found;
      }
    }
    return std::nullopt;
  }
};

/// What a block's records are expected to be, by the slow way.
class Expectation {
 public:
  explicit Expectation(const ScanOptions& options) : schema_(*options.schema) {
    for (const int field : options.output) {
      std::unique_ptr<arrow::ArrayBuilder> builder;
      EXPECT_TRUE(
          arrow::MakeBuilder(arrow::default_memory_pool(), schema_.field(field)->type(), &builder)
              .ok());
      columns_.push_back({schema_.field(field), std::move(builder)});
    }
  }

  /// \param[in] text of a valid record, and padding.
  /// \return why it is bad, if it is.
  std::optional<Bad> Add(const std::string& text) {
    Value record;
    record.begin = text.data();
    SlowConverter converter;
    std::vector<Value> last(columns_.size());
    std::vector<std::optional<Bad>> found;
    for (size_t c = 0; c < columns_.size(); ++c) {
      const arrow::Field& field = *columns_[c].field;
      for (const ObjectMember& member : MembersOf(record)) {
        if (member.key != field.name()) continue;
        found.push_back(converter.Convert(field.name(), last[c], *field.type(), nullptr));
        last[c] = member.value;
      }
    }
    for (size_t c = 0; c < columns_.size(); ++c) {
      const arrow::Field& field = *columns_[c].field;
      found.push_back(converter.Convert(field.name(), last[c], *field.type(), nullptr));
    }
    for (const auto& bad : found) {
      if (bad) return bad;
    }
    for (size_t c = 0; c < columns_.size(); ++c) {
      const arrow::Field& field = *columns_[c].field;
      converter.Convert(field.name(), last[c], *field.type(), columns_[c].builder.get());
    }
    return std::nullopt;
  }

  std::shared_ptr<arrow::Array> Finish(size_t column) {
    return columns_[column].builder->Finish().ValueOrDie();
  }

 private:
  struct Column {
    std::shared_ptr<arrow::Field> field;
    std::unique_ptr<arrow::ArrayBuilder> builder;
  };
  const arrow::Schema& schema_;
  std::vector<Column> columns_;
};

bool IsSameKey(const NewKey& x, const NewKey& y) {
  return x.key == y.key && x.num_records == y.num_records && x.byte_offset == y.byte_offset &&
         x.line == y.line && x.example == y.example;
}

// `unread` is the same scan where nobody wants the nested values.
void ExpectSlowResult(const ScanOptions& options, const ScanResult& result,
                      const ScanResult& unread, const std::string& block) {
  ASSERT_TRUE(result.batch->ValidateFull().ok());
  Expectation expected(options);
  auto bad = result.bad_records.begin();
  auto unread_bad = unread.bad_records.begin();
  const auto expect_bad = [&](int64_t byte_offset, int64_t error_offset,
                              const std::string& reason) {
    ASSERT_NE(bad, result.bad_records.end()) << reason;
    EXPECT_EQ(bad->byte_offset, byte_offset);
    EXPECT_EQ(bad->error_offset, error_offset) << reason;
    EXPECT_EQ(bad->reason, reason);
    ++bad;
  };
  const auto expect_unread_bad_until = [&](int64_t byte_offset) {
    for (; unread_bad != unread.bad_records.end() && unread_bad->byte_offset < byte_offset;
         ++unread_bad) {
      expect_bad(unread_bad->byte_offset, unread_bad->error_offset, unread_bad->reason);
    }
  };
  for (const RecordExtent& record : unread.records) {
    expect_unread_bad_until(record.byte_offset);
    const std::string text = block.substr(record.byte_offset, record.num_bytes);
    const std::string padded = text + std::string(kPaddingBytes, '\0');
    const auto found = expected.Add(padded);
    if (found) {
      expect_bad(record.byte_offset, record.byte_offset + (found->position - padded.data()),
                 found->reason);
    }
    if (testing::Test::HasFailure()) FAIL() << text;
  }
  expect_unread_bad_until(static_cast<int64_t>(block.size()));
  EXPECT_EQ(bad, result.bad_records.end());
  for (int c = 0; c < result.batch->num_columns(); ++c) {
    const auto column = expected.Finish(c);
    EXPECT_TRUE(result.batch->column(c)->Equals(column))
        << result.batch->column(c)->ToString() << "\nexpected: " << column->ToString();
  }
  EXPECT_TRUE(std::equal(result.new_keys.begin(), result.new_keys.end(), unread.new_keys.begin(),
                         unread.new_keys.end(), IsSameKey));
}

void ScanByChance(uint32_t seed) {
  NestedWriter writer(seed);
  const TypePtr a = writer.Type(4);
  const TypePtr b = writer.Type(2);
  ScanOptions options =
      Options({arrow::field("i", arrow::int64()), arrow::field("a", a), arrow::field("b", b)});
  options.output = {1, 2};
  options.find_new_keys = writer.OneIn(2);
  options.locate_records = true;
  options.depth_max = writer.OneIn(4) ? 4 : 1000;
  if (writer.OneIn(2)) {
    options.filter.any_of = {{{0, Comparison::Op::kLt, arrow::MakeScalar(int64_t{5})}}};
  }
  ScanOptions unread = options;
  unread.schema = arrow::schema({options.schema->field(0)});
  unread.output = {};
  unread.known_fields = {options.schema->field(1), options.schema->field(2)};
  auto scanner = Scanner::Make(options).ValueOrDie();
  auto unread_scanner = Scanner::Make(unread).ValueOrDie();
  for (int i = 0; i < 3; ++i) {  // a scanner keeps what it learned
    std::string block;
    for (int n = 0; n < 70; ++n) {
      const std::string record = writer.Record(a, b);
      block += (writer.OneIn(20) ? writer.Mutate(record) : record) + "\n";
    }
    const ScanResult found = scanner->Scan(block).ValueOrDie();
    ScanResult other = unread_scanner->Scan(block).ValueOrDie();
    ExpectSlowResult(options, found, other, block);
    std::vector<std::string> met = found.met_keys;
    std::sort(met.begin(), met.end());
    std::sort(other.met_keys.begin(), other.met_keys.end());
    EXPECT_EQ(met, other.met_keys);
    if (testing::Test::HasFailure()) {
      FAIL() << "seed " << seed << ": " << a->ToString() << "; " << b->ToString();
    }
  }
}

TEST(NestedTest, IsWhatASlowConversionGives) {
  for (uint32_t seed = 0; seed < 50 && !HasFailure(); ++seed) ScanByChance(seed);
}

ScanOptions ReadNestedValue(const TypePtr& type) { return Options({arrow::field("v", type)}); }

// Where an object that looks like the one before may differ.
TEST(NestedTest, ObjectsThatLookAlmostAlike) {
  const auto type =
      arrow::struct_({arrow::field("a", arrow::int64()), arrow::field("b", arrow::int64()),
                      arrow::field("c", arrow::int64())});
  const std::string known = "{\"v\":{\"a\":1,\"b\":2,\"c\":3}}\n";
  const auto rows = [&](const std::string& object) {
    const ScanResult result =
        ScanOrDie(ReadNestedValue(type), known + "{\"v\":" + object + "}\n" + known);
    return result.bad_records.empty() ? RowsOf(result)[1] : result.bad_records[0].reason;
  };
  const auto row = [](const std::string& a, const std::string& b, const std::string& c) {
    return "{a:int64 = " + a + ", b:int64 = " + b + ", c:int64 = " + c + "}";
  };
  EXPECT_EQ(rows("{\"a\":1,\"c\":5}"), row("1", "null", "5"));
  EXPECT_EQ(rows("{\"b\":4,\"c\":5}"), row("null", "4", "5"));
  EXPECT_EQ(rows("{\"c\":5,\"a\":6}"), row("6", "null", "5"));
  EXPECT_EQ(rows("{\"a\":1,\"a\":6,\"b\":7}"), row("6", "7", "null"));
  EXPECT_EQ(rows("{\"a\": \t4,\"b\":  5 ,\"c\":6}"), row("4", "5", "6"));
  EXPECT_EQ(rows("{}"), row("null", "null", "null"));
  EXPECT_EQ(rows("{\"a\":1,\"b\":4}"), row("1", "4", "null"));
  EXPECT_EQ(rows("{ \"b\" : 4 , \"a\":6 }"), row("6", "4", "null"));
  EXPECT_EQ(rows("{,\"b\":4}"), "expected a key in double quotes");
  EXPECT_EQ(rows("{\"a\":1\"b\":4}"), "expected ',' or '}' after a value");
  EXPECT_EQ(rows("{\"a\":1,}"), "expected a key in double quotes");
  EXPECT_EQ(rows("{\"a\":1,\"b\":}"), "expected a value");
  EXPECT_EQ(rows("{\"a\":1,\"b\":4]"), "expected ',' or '}' after a value");
}

// A NOT NULL field has no nulls where its object is null.
TEST(NestedTest, NullObjectsHideNoNulls) {
  const auto inner = arrow::struct_({arrow::field("n", arrow::int64(), false),
                                     arrow::field("l", arrow::list(arrow::utf8()), false)});
  const auto type = arrow::struct_({arrow::field("o", inner, false)});
  const ScanResult result =
      ScanOrDie(ReadNestedValue(type), "{\"v\":null}\n{\"v\":{\"o\":{\"n\":1,\"l\":[]}}}\n{}\n");
  ASSERT_TRUE(result.batch->ValidateFull().ok());
  const auto& outer = static_cast<const arrow::StructArray&>(*result.batch->column(0));
  EXPECT_EQ(outer.null_count(), 2);
  EXPECT_EQ(outer.field(0)->null_count(), 0);
  const auto& objects = static_cast<const arrow::StructArray&>(*outer.field(0));
  EXPECT_EQ(objects.field(0)->null_count(), 0);
  EXPECT_EQ(objects.field(1)->null_count(), 0);
}

// Levels that are read and levels that are not count together.
TEST(NestedTest, DepthIsLimitedInside) {
  ScanOptions options =
      ReadNestedValue(arrow::list(arrow::struct_({arrow::field("t", arrow::utf8())})));
  options.depth_max = 5;
  const auto num_bad = [&](const std::string& value) {
    return ScanOrDie(options, "{\"v\":[{" + value + "}]}").bad_records.size();
  };
  EXPECT_EQ(num_bad("\"t\":[[]]"), 0);
  EXPECT_EQ(num_bad("\"t\":[[[]]]"), 1);
  EXPECT_EQ(num_bad("\"u\":[[]]"), 0);
  EXPECT_EQ(num_bad("\"u\":[[[]]]"), 1);
}

TEST(NestedTest, AStructsFieldsHaveDifferentNames) {
  const auto type =
      arrow::struct_({arrow::field("a", arrow::int64()), arrow::field("a", arrow::utf8())});
  EXPECT_TRUE(Scanner::Make(ReadNestedValue(type)).status().IsInvalid());
}

}  // namespace
}  // namespace tarn::json
