// Any bytes as a block of JSON lines and as a block of values. Checked are: no access out of
// bounds; what is read does not depend on the records before, nor on dictionaries; nlohmann-json
// accepts the same lines.
#include <arrow/api.h>
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "json/flat_for_test.h"
#include "json/scanner.h"

namespace tarn::json {
namespace {

constexpr int kDepthMax = 64;

ScanOptions FuzzOptions(Framing framing) {
  ScanOptions options;
  options.schema = arrow::schema(
      {arrow::field("artist", arrow::utf8()), arrow::field("length", arrow::float64()),
       arrow::field("ts", arrow::int64()), arrow::field("year", arrow::int32()),
       arrow::field("a", arrow::boolean()), arrow::field("b", arrow::decimal128(12, 2)),
       arrow::field("c", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")),
       arrow::field("d", arrow::date32()), arrow::field("e", arrow::binary()),
       arrow::field("f", arrow::list(arrow::utf8())),
       arrow::field("g", arrow::map(arrow::utf8(), arrow::float32())),
       arrow::field("h", arrow::struct_({arrow::field("a", arrow::int8())})),
       arrow::field("page", arrow::utf8())});
  for (int i = 0; i < options.schema->num_fields(); ++i) options.output.push_back(i);
  options.framing = framing;
  options.depth_max = kDepthMax;
  return options;
}

// Reads no value, so that only the syntax counts. One for all lines ever: that must not matter.
Scanner& SyntaxScanner() {
  static const std::unique_ptr<Scanner> scanner = [] {
    ScanOptions options = FuzzOptions(Framing::kLines);
    options.output.clear();
    return Scanner::Make(options).ValueOrDie();
  }();
  return *scanner;
}

[[noreturn]] void Fail(const std::string& what, std::string_view line) {
  fmt::print(stderr, "{}: {}\n", what, line);
  std::abort();
}

ScanResult Scan(const ScanOptions& options, std::string_view block) {
  ScanResult result = Scanner::Make(options).ValueOrDie()->Scan(block).ValueOrDie();
  const Status valid = result.batch->ValidateFull();
  if (!valid.ok()) Fail(valid.ToString(), block);
  ScanOptions encoded = options;
  encoded.dictionaries = true;
  const ScanResult other = Scanner::Make(encoded).ValueOrDie()->Scan(block).ValueOrDie();
  if (!Flat(*other.batch)->Equals(*result.batch, arrow::EqualOptions().nans_equal(true))) {
    Fail("other values with dictionaries", block);
  }
  return result;
}

/// What another parser says of one line.
enum class Opinion { kRecords, kOther, kUnknown };

/// Follows a parse: whether it is of a record, or of an array of records, and how deep it went.
class DepthMeter : public nlohmann::json_sax<nlohmann::json> {
 public:
  int depth_max() const { return depth_max_; }
  bool root_is_array() const { return root_is_array_; }
  bool has_records_alone() const { return root_is_object_ || (root_is_array_ && !has_others_); }
  bool out_of_range() const { return out_of_range_; }

  bool null() override { return Scalar(); }
  bool boolean(bool) override { return Scalar(); }
  bool number_integer(number_integer_t) override { return Scalar(); }
  bool number_unsigned(number_unsigned_t) override { return Scalar(); }
  bool number_float(number_float_t, const string_t&) override { return Scalar(); }
  bool string(string_t&) override { return Scalar(); }
  bool binary(binary_t&) override { return Scalar(); }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override {
    root_is_object_ = root_is_object_ || depth_max_ == 0;
    return Enter();
  }
  bool end_object() override { return Leave(); }
  bool start_array(std::size_t) override {
    root_is_array_ = root_is_array_ || depth_max_ == 0;
    has_others_ = has_others_ || depth_ == 1;
    return Enter();
  }
  bool end_array() override { return Leave(); }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& error) override {
    out_of_range_ = error.id == 406;  // a number past double's range, which is valid JSON
    return false;
  }

 private:
  bool Scalar() {
    has_others_ = has_others_ || depth_ == 1;
    return true;
  }
  bool Enter() {
    depth_max_ = std::max(depth_max_, ++depth_);
    return true;
  }
  bool Leave() {
    --depth_;
    return true;
  }

  int depth_ = 0;
  int depth_max_ = 0;
  bool root_is_object_ = false;
  bool root_is_array_ = false;
  bool has_others_ = false;  // right below the root
  bool out_of_range_ = false;
};

Opinion OpinionOf(std::string_view line) {
  // nlohmann skips a mark, which we do only at the start of a block, and takes a zero byte for the
  // end, which no JSON has.
  if (line.starts_with('\xEF') || line.find('\0') != std::string_view::npos) {
    return Opinion::kOther;
  }
  DepthMeter meter;
  const bool accepted = nlohmann::json::sax_parse(line.begin(), line.end(), &meter);
  // Whether the array around records counts as a level is not what this is about.
  const bool is_at_limit = meter.root_is_array() && meter.depth_max() > kDepthMax;
  if (meter.out_of_range() || is_at_limit) return Opinion::kUnknown;
  return accepted && meter.has_records_alone() && meter.depth_max() <= kDepthMax ? Opinion::kRecords
                                                                                 : Opinion::kOther;
}

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

void CheckSyntax(std::string_view line, const ScanResult& result) {
  const Opinion opinion = OpinionOf(line);
  const bool accepted = result.bad_records.empty();
  if (opinion != Opinion::kUnknown && accepted != (opinion == Opinion::kRecords)) {
    Fail(accepted ? "accepted alone" : "refused alone: " + result.bad_records[0].reason, line);
  }
}

// Each line by a scanner that knows no shape, against all of them by one that does.
void CheckLines(std::string_view block) {
  const ScanOptions options = FuzzOptions(Framing::kLines);
  const ScanResult together = Scan(options, block);
  if (block.starts_with("\xEF\xBB\xBF")) block.remove_prefix(3);
  int64_t row = 0;
  size_t num_bad = 0;
  int64_t num_records = 0;
  while (!block.empty()) {
    const std::string_view line = block.substr(0, block.find('\n'));
    block.remove_prefix(std::min(line.size() + 1, block.size()));
    if (IsBlank(line)) continue;
    if (line.starts_with('\xEF')) {  // a scanner of its own would skip a mark
      ++num_bad;
      ++num_records;
      continue;
    }
    CheckSyntax(line, SyntaxScanner().Scan(line).ValueOrDie());
    const ScanResult alone = Scan(options, line);
    num_records += alone.num_records;
    for (const BadRecord& bad : alone.bad_records) {
      if (num_bad >= together.bad_records.size() ||
          together.bad_records[num_bad++].reason != bad.reason) {
        Fail("bad only when alone", line);
      }
    }
    const int64_t num_rows = alone.batch->num_rows();
    if (!together.batch->Slice(row, num_rows)
             ->Equals(*alone.batch, arrow::EqualOptions().nans_equal(true))) {
      Fail("other values when alone", line);
    }
    row += num_rows;
  }
  if (row != together.batch->num_rows() || num_bad != together.bad_records.size() ||
      num_records != together.num_records) {
    Fail("more records together", "");
  }
}

}  // namespace
}  // namespace tarn::json

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A copy that ends with its allocation, so that the sanitizer sees a read past it.
  const std::vector<char> copy(data, data + size);
  const std::string_view block(copy.data(), copy.size());
  tarn::json::CheckLines(block);
  tarn::json::Scan(tarn::json::FuzzOptions(tarn::json::Framing::kValues), block);
  return 0;
}
