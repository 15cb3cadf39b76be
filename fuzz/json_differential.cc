// json_differential RECORDS [SEED]: the scanner against nlohmann-json on records made by chance.
//
// Many similar records with damaged ones between them make a text, in each framing, whole or cut
// into blocks, on each instruction set in turn, with and without dictionaries. Both must accept the
// same records and read the same values. Where the two differ by design, and only there, the
// expectation is not nlohmann-json's:
//   - a byte-order mark is skipped at the start of a text, not at the start of each record;
//   - a zero byte is an error everywhere; nlohmann-json takes it for the end outside of strings;
//   - nesting ends at depth_max; nlohmann-json knows no limit;
//   - numbers past double's range are valid, and infinite as a double;
//   - a record is an object.
#include <arrow/api.h>
#include <fmt/format.h>
#include <hwy/highway.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <span>

#include "json/flat_for_test.h"
#include "json/scanner.h"
#include "other_parser.h"
#include "record_writer.h"

namespace tarn::fuzz {
namespace {

using json::BadRecord;
using json::Block;
using json::Framing;
using json::ScanOptions;
using json::ScanResult;
using Kind = Node::Kind;

constexpr int kDepthMax = 64;
constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlank = " \t\r\n";

std::vector<Key> Keys() {
  return {
      {"s", Taste::kString},  {"s", Taste::kAny},
      {"i", Taste::kInteger}, {"n", Taste::kInteger},
      {"d", Taste::kDecimal}, {"f", Taste::kDecimal},
      {"b", Taste::kBoolean}, {"l", Taste::kArray},
      {"o", Taste::kObject},  {"m", Taste::kObject},
      {"x", Taste::kAny},     {"y", Taste::kAny},
      {"", Taste::kAny},      {"\\u0069", Taste::kInteger},
      {"é", Taste::kString},  {"a key that is longer than any vector, by some bytes", Taste::kAny}};
}

std::vector<ScanOptions> Schemas() {
  const auto of = [](std::vector<std::shared_ptr<arrow::Field>> fields) {
    ScanOptions options;
    options.schema = arrow::schema(std::move(fields));
    for (int i = 0; i < options.schema->num_fields(); ++i) options.output.push_back(i);
    options.depth_max = kDepthMax;
    options.find_new_keys = true;
    return options;
  };
  const auto text = arrow::utf8();
  const ScanOptions typed =
      of({arrow::field("s", text), arrow::field("i", arrow::int64()),
          arrow::field("n", arrow::int32()), arrow::field("d", arrow::float64()),
          arrow::field("f", arrow::float32()), arrow::field("b", arrow::boolean()),
          arrow::field("é", text)});
  const ScanOptions nested =
      of({arrow::field("l", arrow::list(text)), arrow::field("m", arrow::map(text, text)),
          arrow::field("o", arrow::struct_({arrow::field("s", text), arrow::field("i", text),
                                            arrow::field("x", arrow::list(text))}))});
  const ScanOptions texts =
      of({arrow::field("s", text), arrow::field("i", text), arrow::field("d", text),
          arrow::field("b", text), arrow::field("l", text), arrow::field("o", text),
          arrow::field("", text), arrow::field(Keys().back().text, text)});
  ScanOptions nothing = of({arrow::field("s", text)});
  nothing.output.clear();
  ScanOptions filtered = of({arrow::field("s", text), arrow::field("i", arrow::int64()),
                             arrow::field("d", arrow::float64())});
  filtered.output = {2, 1};
  filtered.filter.any_of = {{{0, json::Comparison::Op::kEq, arrow::MakeScalar("x")}}};
  return {typed, nested, texts, nothing, filtered};
}

/// A text's record, as the other parser reads it.
constexpr size_t kUnknown = std::string_view::npos;

struct Expected {
  bool valid = false;
  size_t begin = 0;  ///< in the text; only known where lines are read, that are no arrays
  std::string_view text;
  Node node;
};

/// What all records together were.
struct Totals {
  int64_t num_records = 0;
  int64_t num_refused = 0;
  int64_t num_misfits = 0;
  int64_t num_rows = 0;
};

bool IsRecord(const Node& node) {
  return node.kind == Kind::kObject && node.complete && DepthOf(node) <= kDepthMax;
}

size_t SkipMark(std::string_view text) { return text.starts_with(kMark) ? kMark.size() : 0; }

std::vector<Expected> ExpectLines(std::string_view text) {
  std::vector<Expected> records;
  for (size_t begin = SkipMark(text); begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const size_t first = std::min(text.find_first_not_of(kBlank, begin), end);
    const std::string_view line = text.substr(first, end - first);
    begin = end + 1;
    if (line.empty()) continue;
    Parsed parsed = ParseOther(line, /*strict=*/true);
    const bool excluded = line.starts_with('\xEF') || line.find('\0') != std::string_view::npos;
    if (parsed.accepted && !excluded && parsed.root.kind == Kind::kArray &&
        DepthOf(parsed.root) <= kDepthMax) {
      for (Node& element : parsed.root.elements) {
        records.push_back({IsRecord(element), kUnknown, line, std::move(element)});
      }
      continue;
    }
    const bool valid = parsed.accepted && !excluded && IsRecord(parsed.root);
    records.push_back({valid, first, line, std::move(parsed.root)});
  }
  return records;
}

// The first that is not valid is the last.
std::vector<Expected> ExpectValues(std::string_view text) {
  std::vector<Expected> records;
  size_t begin = SkipMark(text);
  while (records.empty() || records.back().valid) {
    begin = text.find_first_not_of(kBlank, begin);
    if (begin == std::string_view::npos) break;
    const std::string_view rest = text.substr(begin);
    Parsed parsed = ParseOther(rest, /*strict=*/false);
    const bool valid = parsed.accepted && !rest.starts_with('\xEF') && IsRecord(parsed.root);
    records.push_back({valid, begin, rest.substr(0, parsed.end), std::move(parsed.root)});
    begin += parsed.end;
  }
  return records;
}

// Arrays one after the other.
std::vector<Expected> ExpectArray(std::string_view text) {
  std::vector<Expected> records;
  bool valid = true;
  size_t begin = text.find_first_not_of(kBlank, SkipMark(text));
  while (valid && begin < text.size()) {
    const std::string_view rest = text.substr(begin);
    Parsed parsed = ParseOther(rest, /*strict=*/false);
    valid = parsed.accepted && rest.starts_with('[');
    for (Node& node : parsed.root.elements) {
      if (!IsRecord(node)) {
        valid = false;
        break;
      }
      records.push_back({true, 0, text, std::move(node)});
    }
    begin = text.find_first_not_of(kBlank, begin + parsed.end);
  }
  if (!valid) records.push_back({false, 0, text, Node()});
  return records;
}

std::vector<Expected> Expect(Framing framing, std::string_view text) {
  switch (framing) {
    case Framing::kLines:
      return ExpectLines(text);
    case Framing::kValues:
      return ExpectValues(text);
    case Framing::kArray:
      return ExpectArray(text);
  }
  return {};
}

// The paths of keys that objects inside a value of a STRUCT have, and its type has not.
void AddInnerKeys(const Node& node, const arrow::DataType& type, const std::string& path,
                  std::set<std::string>* keys) {
  if (type.id() == arrow::Type::LIST && node.kind == Kind::kArray) {
    for (const Node& element : node.elements) {
      AddInnerKeys(element, *type.field(0)->type(), path + "[]", keys);
    }
  }
  if (node.kind != Kind::kObject) return;
  for (const auto& [key, value] : node.members) {
    if (type.id() == arrow::Type::MAP) {
      AddInnerKeys(value, *static_cast<const arrow::MapType&>(type).item_type(), path + ".*", keys);
    } else if (type.id() == arrow::Type::STRUCT) {
      const auto field = static_cast<const arrow::StructType&>(type).GetFieldByName(key);
      if (field == nullptr) {
        keys->insert(path + "." + key);
      } else {
        AddInnerKeys(value, *field->type(), path + "." + key, keys);
      }
    }
  }
}

bool IsInteger(const Node& node) {
  return node.kind == Kind::kNumber && node.text.find_first_of(".eE") == std::string::npos;
}

template <class T>
T ToInteger(const Node& node, bool* fits) {
  T value = 0;
  const char* const end = node.text.data() + node.text.size();
  const auto result = std::from_chars(node.text.data(), end, value);
  *fits = IsInteger(node) && result.ec == std::errc() && result.ptr == end;
  return value;
}

// The number that is nearest, by the C library; the integer -0 is 0 as in Spark.
double ToDouble(const Node& node) {
  return IsInteger(node) && node.text == "-0" ? 0 : std::strtod(node.text.c_str(), nullptr);
}
float ToFloat(const Node& node) {
  return IsInteger(node) && node.text == "-0" ? 0 : std::strtof(node.text.c_str(), nullptr);
}

bool NameToDouble(const Node& node, double* value) {
  static const std::map<std::string, double> names = {
      {"NaN", std::nan("")}, {"Infinity", HUGE_VAL}, {"+Infinity", HUGE_VAL},
      {"+INF", HUGE_VAL},    {"-INF", -HUGE_VAL},    {"-Infinity", -HUGE_VAL}};
  const auto found = names.find(node.text);
  if (node.kind != Kind::kString || found == names.end()) return false;
  *value = found->second;
  return true;
}

const Node* LastMember(const Node& object, const std::string& key) {
  const Node* last = nullptr;
  for (const auto& [name, value] : object.members) {
    if (name == key) last = &value;
  }
  return last;
}

bool IsNull(const Node* node) { return node == nullptr || node->kind == Kind::kNull; }

bool Fits(const Node* node, const arrow::DataType& type);

// Of a repeated key the last value counts, but each has to fit.
bool EachFits(const Node& object, const std::string& key, const arrow::DataType& type) {
  return std::all_of(object.members.begin(), object.members.end(), [&](const auto& member) {
    return member.first != key || Fits(&member.second, type);
  });
}

bool Fits(const Node* node, const arrow::DataType& type) {
  if (IsNull(node)) return true;
  bool fits = false;
  double value = 0;
  switch (type.id()) {
    case arrow::Type::STRING:
      return true;
    case arrow::Type::BOOL:
      return node->kind == Kind::kTrue || node->kind == Kind::kFalse;
    case arrow::Type::INT64:
      ToInteger<int64_t>(*node, &fits);
      return fits;
    case arrow::Type::INT32:
      ToInteger<int32_t>(*node, &fits);
      return fits;
    case arrow::Type::DOUBLE:
    case arrow::Type::FLOAT:
      return node->kind == Kind::kNumber || NameToDouble(*node, &value);
    case arrow::Type::LIST:
      return node->kind == Kind::kArray;  // of strings or of lists of them: see Schemas
    case arrow::Type::MAP:
      return node->kind == Kind::kObject;
    case arrow::Type::STRUCT:
      if (node->kind != Kind::kObject) return false;
      for (const auto& field : type.fields()) {
        if (!EachFits(*node, field->name(), *field->type())) return false;
      }
      return true;
    default:
      return false;
  }
}

template <class T>
bool SameBits(T a, T b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0 || (std::isnan(a) && std::isnan(b));
}

// A string's value, a word, a number's token; of objects and arrays the text itself.
bool SameText(const Node& node, std::string_view text, std::string_view record) {
  switch (node.kind) {
    case Kind::kTrue:
      return text == "true";
    case Kind::kFalse:
      return text == "false";
    case Kind::kNumber:
    case Kind::kString:
      return text == node.text;
    default:
      break;
  }
  const char* const brackets = node.kind == Kind::kArray ? "[]" : "{}";
  return text.starts_with(brackets[0]) && text.ends_with(brackets[1]) &&
         record.find(text) != std::string_view::npos && ParseOther(text, true).root == node;
}

bool SameValue(const Node* node, const arrow::Array& array, int64_t row, std::string_view record);

bool SameMembers(const Node& node, const arrow::MapArray& maps, int64_t row,
                 std::string_view record) {
  if (maps.value_length(row) != static_cast<int64_t>(node.members.size())) return false;
  const auto& keys = static_cast<const arrow::StringArray&>(*maps.keys());
  int64_t at = maps.value_offset(row);
  for (const auto& [key, value] : node.members) {
    if (keys.GetView(at) != key || !SameValue(&value, *maps.items(), at, record)) return false;
    ++at;
  }
  return true;
}

bool SameElements(const Node& node, const arrow::ListArray& lists, int64_t row,
                  std::string_view record) {
  if (lists.value_length(row) != static_cast<int64_t>(node.elements.size())) return false;
  int64_t at = lists.value_offset(row);
  for (const Node& element : node.elements) {
    if (!SameValue(&element, *lists.values(), at++, record)) return false;
  }
  return true;
}

bool SameFields(const Node& node, const arrow::StructArray& structs, int64_t row,
                std::string_view record) {
  for (int i = 0; i < structs.num_fields(); ++i) {
    const Node* const child = LastMember(node, structs.type()->field(i)->name());
    if (!SameValue(child, *structs.field(i), row, record)) return false;
  }
  return true;
}

bool SameValue(const Node* node, const arrow::Array& array, int64_t row, std::string_view record) {
  if (IsNull(node)) return array.IsNull(row);
  if (array.IsNull(row)) return false;
  bool fits = false;
  double named = 0;
  switch (array.type_id()) {
    case arrow::Type::STRING:
      return SameText(*node, static_cast<const arrow::StringArray&>(array).GetView(row), record);
    case arrow::Type::BOOL:
      return static_cast<const arrow::BooleanArray&>(array).Value(row) ==
             (node->kind == Kind::kTrue);
    case arrow::Type::INT64:
      return static_cast<const arrow::Int64Array&>(array).Value(row) ==
             ToInteger<int64_t>(*node, &fits);
    case arrow::Type::INT32:
      return static_cast<const arrow::Int32Array&>(array).Value(row) ==
             ToInteger<int32_t>(*node, &fits);
    case arrow::Type::DOUBLE:
      return SameBits(static_cast<const arrow::DoubleArray&>(array).Value(row),
                      NameToDouble(*node, &named) ? named : ToDouble(*node));
    case arrow::Type::FLOAT:
      return SameBits(static_cast<const arrow::FloatArray&>(array).Value(row),
                      NameToDouble(*node, &named) ? static_cast<float>(named) : ToFloat(*node));
    case arrow::Type::LIST:
      return SameElements(*node, static_cast<const arrow::ListArray&>(array), row, record);
    case arrow::Type::MAP:
      return SameMembers(*node, static_cast<const arrow::MapArray&>(array), row, record);
    case arrow::Type::STRUCT:
      return SameFields(*node, static_cast<const arrow::StructArray&>(array), row, record);
    default:
      return false;
  }
}

/// \brief One text through one scanner, against the other parser. Each function returns what
/// differs, empty when nothing does.
class Comparison {
 public:
  Comparison(const ScanOptions& options, Totals* totals) : options_(options), totals_(totals) {}

  /// \param[in] results of the text's blocks, `offsets` where in the text each began
  std::string Compare(const std::vector<Expected>& records, std::span<const ScanResult> results,
                      std::span<const size_t> offsets) {
    std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
    int64_t num_records = 0;
    for (size_t i = 0; i < results.size(); ++i) {
      batches.push_back(json::Flat(*results[i].batch));
      const Status valid = batches.back()->ValidateFull();
      if (!valid.ok()) return valid.ToString();
      num_records += results[i].num_records;
      for (BadRecord bad : results[i].bad_records) {
        bad.byte_offset += static_cast<int64_t>(offsets[i]);
        bad_.push_back(std::move(bad));
      }
      for (const json::NewKey& key : results[i].new_keys) new_keys_[key.key] += key.num_records;
    }
    batch_ = arrow::ConcatenateRecordBatches(batches).ValueOrDie();
    for (const Expected& record : records) {
      std::string difference = CompareRecord(record);
      if (!difference.empty()) return difference;
    }
    if (row_ != batch_->num_rows()) return "a row too many";
    if (num_bad_ != bad_.size()) return "refused one too many: " + bad_[num_bad_].reason;
    if (num_records != static_cast<int64_t>(records.size())) return "another number of records";
    const bool lost =
        options_.framing != Framing::kLines && !records.empty() && !records.back().valid;
    if (results.back().lost_track != lost) return "lost track, or not";
    return CompareNewKeys();
  }

 private:
  std::string CompareRecord(const Expected& record) {
    ++totals_->num_records;
    if (!record.valid) {
      ++totals_->num_refused;
      return CompareBad(record, /*is_misfit=*/false);
    }
    std::set<std::string> keys;
    for (const auto& [key, value] : record.node.members) keys.insert(key);
    for (const std::string& key : keys) {
      if (options_.schema->GetFieldIndex(key) < 0) ++expected_new_keys_[key];
    }
    std::set<std::string> inner_keys;
    for (const auto& [key, value] : record.node.members) {
      const auto field = options_.schema->GetFieldByName(key);
      if (field != nullptr) AddInnerKeys(value, *field->type(), key, &inner_keys);
    }
    for (const std::string& key : inner_keys) ++expected_new_keys_[key];
    if (!IsKept(record.node)) return "";
    for (const int i : options_.output) {
      const arrow::Field& field = *options_.schema->field(i);
      if (EachFits(record.node, field.name(), *field.type())) continue;
      ++totals_->num_misfits;
      return CompareBad(record, /*is_misfit=*/true);
    }
    ++totals_->num_rows;
    if (row_ == batch_->num_rows()) return Difference("a row is missing", record);
    for (int i = 0; i < batch_->num_columns(); ++i) {
      const std::string& name = batch_->schema()->field(i)->name();
      if (!SameValue(LastMember(record.node, name), *batch_->column(i), row_, record.text)) {
        return Difference("another value of " + name + ": " +
                              batch_->column(i)->GetScalar(row_).ValueOrDie()->ToString(),
                          record);
      }
    }
    ++row_;
    return "";
  }

  // The filter is `s = 'x'`, or none.
  bool IsKept(const Node& node) const {
    if (options_.filter.any_of.empty()) return true;
    const Node* const value = LastMember(node, "s");
    return !IsNull(value) && value->kind == Kind::kString && value->text == "x";
  }

  // As the scanner shows a key: it cuts long ones.
  std::string ShownKey(const std::string& key) const {
    constexpr std::string_view kCut = "…";
    for (const auto& [shown, num_records] : new_keys_) {
      if (!shown.ends_with(kCut) || new_keys_.contains(key)) continue;
      if (key.starts_with(shown.substr(0, shown.size() - kCut.size()))) return shown;
    }
    return key;
  }

  std::string CompareNewKeys() {
    std::map<std::string, int64_t> expected;
    for (const auto& [key, num_records] : expected_new_keys_) {
      expected[ShownKey(key)] += num_records;
    }
    for (const auto& [key, num_records] : expected) {
      if (new_keys_[key] != num_records) {
        return fmt::format("new key \"{}\" is in {} records, and was found in {}", key, num_records,
                           new_keys_[key]);
      }
    }
    return new_keys_.size() == expected.size() ? "" : "a new key too many";
  }

  std::string CompareBad(const Expected& record, bool is_misfit) {
    if (num_bad_ == bad_.size()) return Difference("accepted", record);
    const BadRecord& bad = bad_[num_bad_++];
    const bool is_lines = options_.framing == Framing::kLines;
    if (is_lines && record.begin != kUnknown &&
        bad.byte_offset != static_cast<int64_t>(record.begin)) {
      return Difference("another one is refused: " + bad.reason, record);
    }
    if (bad.reason.starts_with("field ") != is_misfit) {
      return Difference("refused for another reason: " + bad.reason, record);
    }
    return "";
  }

  static std::string Difference(std::string what, const Expected& record) {
    return what + "\n  in: " + std::string(record.text);
  }

  const ScanOptions& options_;
  Totals* const totals_;
  std::shared_ptr<arrow::RecordBatch> batch_;
  std::vector<BadRecord> bad_;
  std::map<std::string, int64_t> new_keys_;
  std::map<std::string, int64_t> expected_new_keys_;
  int64_t row_ = 0;
  size_t num_bad_ = 0;
};

std::string MakeText(RecordWriter* writer, Framing framing) {
  const bool is_array = framing == Framing::kArray;
  std::string text = writer->OneIn(20) ? std::string(kMark) : "";
  if (is_array) text += "[";
  std::string other;
  // Without lines the first damage is the last record: less of it.
  const uint32_t damage_one_in = framing == Framing::kLines ? 3 : 15;
  for (uint32_t n = 1 + writer->Below(50); n > 0; --n) {
    if (writer->OneIn(30)) writer->ChangeStyle();
    const std::string record = writer->Record();
    text += writer->OneIn(damage_one_in) ? writer->Damage(record, other) : record;
    if (framing == Framing::kLines) text += writer->OneIn(10) ? "\r\n" : "\n";
    if (framing == Framing::kValues && writer->OneIn(2)) text += "\n";
    if (is_array && n > 1) text += writer->OneIn(2) ? "," : " ,\n";
    other = record;
  }
  if (is_array) text += "]";
  if (writer->OneIn(4)) text += " \n";
  return writer->OneIn(30) ? writer->Damage(text, text) : text;
}

/// A block whose allocation ends with it.
std::vector<char> CopyOf(std::string_view text) { return {text.begin(), text.end()}; }

std::string Check(RecordWriter* writer, const ScanOptions& options, json::Scanner* scanner,
                  std::string_view text, Totals* totals) {
  const bool lines = options.framing == Framing::kLines;
  std::vector<ScanResult> results;
  std::vector<size_t> offsets;
  std::vector<std::vector<char>> copies;
  size_t begin = 0;
  // The first block holds a mark whole.
  size_t end = kMark.size();
  while (true) {
    end = std::min(end + writer->Below(writer->OneIn(2) ? 500 : 1 << 20), text.size());
    std::string_view part = text.substr(begin, end - begin);
    if (lines && end < text.size()) part = part.substr(0, json::LastLineEnd(part));
    copies.push_back(CopyOf(part));
    const Block block{{copies.back().data(), part.size()}, begin == 0, end == text.size()};
    results.push_back(scanner->Scan(std::span(&block, 1)).ValueOrDie());
    offsets.push_back(begin);
    begin += part.size() - static_cast<size_t>(results.back().num_bytes_left);
    if (end == text.size() || results.back().lost_track) break;
  }
  return Comparison(options, totals).Compare(Expect(options.framing, text), results, offsets);
}

[[noreturn]] void Fail(const std::string& difference, uint64_t seed, const ScanOptions& options,
                       std::string_view text) {
  static const char* const kNames[] = {"lines", "values", "an array"};
  fmt::print(stderr, "{}\nin the text of seed {}, read as {} of\n{}:\n", difference, seed,
             kNames[static_cast<int>(options.framing)], options.schema->ToString());
  for (const char c : text) {
    const bool shown = (c >= 0x20 && c < 0x7F && c != '\\') || c == '\n';
    fmt::print(stderr, "{}", shown ? std::string(1, c) : fmt::format("\\x{:02x}", uint8_t(c)));
  }
  fmt::print(stderr, "\n");
  std::exit(1);
}

void Run(int64_t num_records, uint64_t seed) {
  const std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  constexpr std::array kFramings = {Framing::kLines, Framing::kValues, Framing::kArray};
  std::vector<ScanOptions> options;
  std::vector<std::unique_ptr<json::Scanner>> scanners;
  for (const ScanOptions& schema : Schemas()) {
    for (const Framing framing : kFramings) {
      for (const bool dictionaries : {false, true}) {
        options.push_back(schema);
        options.back().framing = framing;
        options.back().dictionaries = dictionaries;
        scanners.push_back(json::Scanner::Make(options.back()).ValueOrDie());
      }
    }
  }
  Totals totals;
  // Scanners keep their shapes from text to text, and dictionaries until most texts are new.
  for (; totals.num_records < num_records; ++seed) {
    RecordWriter writer(seed, Keys());
    const size_t way = writer.Below(static_cast<uint32_t>(options.size()));
    if (options[way].dictionaries && writer.OneIn(50)) {
      scanners[way] = json::Scanner::Make(options[way]).ValueOrDie();
    }
    hwy::SetSupportedTargetsForTest(targets[seed % targets.size()]);
    const std::string text = MakeText(&writer, options[way].framing);
    const std::string difference = Check(&writer, options[way], scanners[way].get(), text, &totals);
    if (!difference.empty()) Fail(difference, seed, options[way], text);
  }
  std::string names;
  for (const int64_t target : targets) names += std::string(" ") + hwy::TargetName(target);
  fmt::print("{} records: {} refused by both, {} of other types, {} rows with the same values;{}\n",
             totals.num_records, totals.num_refused, totals.num_misfits, totals.num_rows, names);
  // All of one kind would prove little.
  const int64_t least = totals.num_records / 50;
  if (std::min({totals.num_refused, totals.num_misfits, totals.num_rows}) < least) {
    fmt::print(stderr, "the records are too much alike\n");
    std::exit(1);
  }
}

}  // namespace
}  // namespace tarn::fuzz

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: json_differential RECORDS [SEED]\n");
    return 2;
  }
  const int64_t num_records = std::atoll(argv[1]);
  tarn::fuzz::Run(num_records, argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
  return 0;
}
