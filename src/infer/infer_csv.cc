#include "infer/infer_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "base/parse_number.h"
#include "input/text_stream.h"
#include "json/scanner.h"
#include "storage/no_match.h"
#include "values/csv_line.h"
#include "values/spark_datetime.h"

namespace tarn::infer {
namespace {

constexpr int64_t kTextBytes = 1 << 20;
constexpr size_t kFiles = 8;

/// What the values of a column are, from the narrowest to the widest; kNothing: all are NULL.
enum class CsvKind { kNothing, kBoolean, kInteger, kReal, kDate, kTimestamp, kText };

CsvKind NumberKind(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.empty() || !(IsDigit(digits[0]) || digits[0] == '.')) return CsvKind::kText;
  if (digits.size() > 1 && digits[0] == '0' && IsDigit(digits[1])) return CsvKind::kText;
  if (ParseNumber<int64_t>(text)) return CsvKind::kInteger;
  return ParseNumber<double>(text) ? CsvKind::kReal : CsvKind::kText;
}

CsvKind KindOfValue(std::string_view text) {
  if (SameName(text, "true") || SameName(text, "false")) return CsvKind::kBoolean;
  const bool has_day = text.size() >= 10 && text[4] == '-' && text[7] == '-';
  int32_t days = 0;
  if (has_day && text.size() == 10) {
    return ParseSparkDate(text, &days) ? CsvKind::kDate : CsvKind::kText;
  }
  int64_t micros = 0;
  if (has_day && ParseSparkTimestamp(text, &micros)) return CsvKind::kTimestamp;
  return NumberKind(text);
}

CsvKind Wider(CsvKind left, CsvKind right) {
  const auto [narrow, wide] = std::minmax(left, right);
  const bool holds_it = narrow == wide || narrow == CsvKind::kNothing ||
                        (narrow == CsvKind::kInteger && wide == CsvKind::kReal) ||
                        (narrow == CsvKind::kDate && wide == CsvKind::kTimestamp);
  return holds_it ? wide : CsvKind::kText;
}

std::shared_ptr<arrow::DataType> TypeOf(CsvKind kind) {
  switch (kind) {
    case CsvKind::kBoolean:
      return arrow::boolean();
    case CsvKind::kInteger:
      return arrow::int64();
    case CsvKind::kReal:
      return arrow::float64();
    case CsvKind::kDate:
      return arrow::date32();
    case CsvKind::kTimestamp:
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    default:
      return arrow::utf8();
  }
}

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.find_first_not_of(" \t") != std::string_view::npos) lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string SeparatorOf(std::string_view line) {
  constexpr std::string_view kSeparators = ",;|\t";
  const auto frequency = [&](char c) { return std::count(line.begin(), line.end(), c); };
  const char most =
      *std::max_element(kSeparators.begin(), kSeparators.end(),
                        [&](char left, char right) { return frequency(left) < frequency(right); });
  return std::string(1, most);
}

// The names that a first line has; none when it is a record.
Result<std::optional<std::vector<std::string>>> NamesIn(
    const std::vector<std::optional<std::string>>& fields) {
  std::vector<std::string> names;
  for (const std::optional<std::string>& field : fields) {
    names.push_back(field.value_or(""));
    if (!names.back().empty() && KindOfValue(names.back()) != CsvKind::kText) return std::nullopt;
  }
  for (size_t i = 0; i < names.size(); ++i) {
    const bool is_double = std::any_of(names.begin(), names.begin() + static_cast<ptrdiff_t>(i),
                                       [&](const auto& name) { return SameName(name, names[i]); });
    if (!names[i].empty() && !is_double) continue;
    return MakeError(ErrorKind::kBadInput,
                     fmt::format("the header has {}: field {}",
                                 is_double ? "a name twice" : "a field without a name", i + 1),
                     "describe the files as a source in tarn.toml, with format = \"csv\"");
  }
  return names;
}

}  // namespace

Result<InferredCsv> InferCsv(std::string_view text) {
  std::vector<std::string_view> lines = LinesOf(text);
  if (lines.empty()) return MakeError(ErrorKind::kBadInput, "there is no line of CSV");
  InferredCsv inferred;
  CsvSyntax& syntax = inferred.format.syntax;
  syntax.separator = SeparatorOf(lines[0]);
  syntax.escape = syntax.quote;
  const auto first = SplitCsvLine(lines[0], syntax);
  ARROW_ASSIGN_OR_RAISE(const auto names, NamesIn(first));
  inferred.format.header = names.has_value();
  if (names) lines.erase(lines.begin());
  std::vector<CsvKind> kinds(first.size(), CsvKind::kNothing);
  for (const std::string_view line : lines) {
    const auto fields = SplitCsvLine(line, syntax);
    for (size_t i = 0; i < std::min(fields.size(), kinds.size()); ++i) {
      const std::string value = fields[i].value_or("");
      if (!value.empty()) kinds[i] = Wider(kinds[i], KindOfValue(value));
    }
  }
  arrow::FieldVector columns;
  for (size_t i = 0; i < kinds.size(); ++i) {
    columns.push_back(arrow::field(names ? (*names)[i] : fmt::format("_c{}", i), TypeOf(kinds[i])));
  }
  inferred.schema = arrow::schema(std::move(columns));
  return inferred;
}

Result<InferredCsv> InferCsvFiles(storage::Storages* storages, const std::string& glob) {
  Result<storage::Listing> listed = storages->List({glob});
  if (const auto missing = storage::NoMatchText(listed, {glob}, {})) {
    return MakeError(ErrorKind::kBadInput, *missing);
  }
  ARROW_ASSIGN_OR_RAISE(const storage::Listing listing, std::move(listed));
  std::string text, header;
  for (size_t i = 0; i < std::min(kFiles, listing.files.size()); ++i) {
    const storage::ObjectInfo& file = listing.files[i];
    ARROW_ASSIGN_OR_RAISE(
        const input::TextFile opened,
        input::OpenText(input::OpenStoredBytes(listing.storage.get(), file), file.path));
    ARROW_ASSIGN_OR_RAISE(std::string_view head, opened.text->Peek(kTextBytes));
    if (std::ssize(head) == kTextBytes) head = head.substr(0, json::LastLineEnd(head));
    const std::vector<std::string_view> lines = LinesOf(head);
    if (lines.empty()) continue;
    // Each file has a header if the first one has.
    if (header.empty()) header = lines[0];
    const bool repeats_header = !text.empty() && lines[0] == header;
    text += repeats_header ? head.substr(head.find(header) + header.size()) : head;
    text += '\n';
  }
  Result<InferredCsv> inferred = InferCsv(text);
  if (!inferred.ok()) return WithContext(inferred.status(), glob);
  return inferred;
}

}  // namespace tarn::infer
