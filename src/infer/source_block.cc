#include "infer/source_block.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "base/units.h"
#include "infer/toml_text.h"
#include "pipeline/ddl.h"

namespace tarn::infer {
namespace {

// Comments of columns stand below one another unless a name and type are longer than this.
constexpr size_t kAlignedBytesMax = 40;

std::string KindsText(const json::ValueProfile& column) {
  const std::pair<int64_t, const char*> kinds[] = {
      {column.num_booleans, "booleans"}, {column.num_integers, "integers"},
      {column.num_decimals, "decimals"}, {column.num_strings, "strings"},
      {column.num_objects, "objects"},   {column.num_arrays, "arrays"}};
  std::vector<std::string> shares;
  for (const auto& [count, name] : kinds) {
    if (count == 0) continue;
    shares.push_back(fmt::format("{} {}", ShareText(count, column.num_not_null()), name));
  }
  return shares.size() > 1 ? fmt::format("{}", fmt::join(shares, ", ")) : "";
}

// Why a STRING is no DATE or TIMESTAMP, when it nearly is.
std::string TimesText(const json::ValueProfile& column) {
  const int64_t num_times = column.num_dates + column.num_timestamps;
  if (num_times == 0 || num_times == column.num_not_null()) return "";
  return ShareText(num_times, column.num_not_null()) + " dates or timestamps";
}

std::string HeadText(const Survey& survey) {
  const std::string read =
      fmt::format("{} in {}", FormatCount(survey.profile.num_records(), "record"),
                  FormatCount(survey.num_files_read, "file"));
  if (survey.is_whole) return read + ", all there is";
  return fmt::format("a sample: {}, of {}", read, FormatCount(std::ssize(survey.files), "file"));
}

std::string PathsText(const std::vector<std::string>& paths) {
  if (paths.size() == 1) return QuoteToml(paths[0]);
  std::string text = "[\n";
  for (const std::string& path : paths) text += "  " + QuoteToml(path) + ",\n";
  return text + "]";
}

}  // namespace

std::string NameOfPath(const std::string& path) {
  std::string_view rest = path;
  rest = rest.substr(0, rest.find_first_of("*?["));
  if (rest.size() < path.size()) rest = rest.substr(0, rest.find_last_of('/') + 1);
  while (rest.ends_with('/')) rest.remove_suffix(1);
  rest = rest.substr(rest.find_last_of('/') + 1);
  rest = rest.substr(0, rest.find('.', 1));
  std::string name;
  for (const char c : rest) {
    const bool is_plain =
        std::isalnum(static_cast<unsigned char>(c)) && static_cast<signed char>(c) > 0;
    if (is_plain || !name.empty()) name += is_plain ? c : '_';
  }
  while (name.ends_with('_')) name.pop_back();
  if (name.empty()) return "raw";
  return std::isdigit(static_cast<unsigned char>(name[0])) ? "raw_" + name : name;
}

std::string ShareText(int64_t count, int64_t total) {
  if (count == 0 || count == total) return count == 0 ? "0 %" : "100 %";
  const double percent = 100.0 * static_cast<double>(count) / static_cast<double>(total);
  if (percent < 0.1) return "<0.1 %";
  if (percent > 99.9) return ">99.9 %";
  std::string text = fmt::format("{:.1f}", percent);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + " %";
}

std::string DescribeColumn(const json::ValueProfile& column, int64_t num_records) {
  std::vector<std::string> parts;
  const auto add = [&](std::string part) {
    if (!part.empty()) parts.push_back(std::move(part));
  };
  const int64_t num_missing = column.num_missing(num_records);
  if (column.num_not_null() == 0) {
    add("only nulls");
  } else if (column.num_nulls > 0) {
    add(ShareText(column.num_nulls, num_records) + " null");
  }
  if (num_missing > 0) add(ShareText(num_missing, num_records) + " missing");
  add(KindsText(column));
  add(TimesText(column));
  if (column.integer_min < column.integer_max) {
    add(fmt::format("{} to {}", column.integer_min, column.integer_max));
  }
  if (!column.examples.empty()) add(fmt::format("{}", fmt::join(column.examples, ", ")));
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string SourceBlock(const SourceText& source, const Survey& survey,
                        const json::InferredSchema& inferred) {
  std::string text = "# " + HeadText(survey) + "\n";
  for (const json::LeftOutKey& key : inferred.left_out) {
    text += EscapeToml(fmt::format("# left out: key {}: {}", key.path, key.reason)) + "\n";
  }
  if (survey.profile.num_values_left_out() > 0) {
    text += "# left out: further keys, of which there are too many to be columns\n";
  }
  text += fmt::format("[source.{}]\npath = {}\n", source.name, PathsText(source.paths));
  if (source.format == pipeline::RecordFormat::kNdjson) text += "format = \"ndjson\"\n";
  text += "schema = \"\"\"\n";
  std::vector<std::string> columns;
  size_t width = 0;
  const int num_columns = inferred.schema->num_fields();
  for (int i = 0; i < num_columns; ++i) {
    const arrow::Field& field = *inferred.schema->field(i);
    columns.push_back(
        EscapeToml(pipeline::DdlNameOf(field.name()) + " " + pipeline::DdlOf(*field.type())) +
        (i + 1 < num_columns ? "," : ""));
    if (columns.back().size() <= kAlignedBytesMax) width = std::max(width, columns.back().size());
  }
  for (int i = 0; i < num_columns; ++i) {
    const json::ValueProfile* const seen = inferred.columns[i];
    const std::string described = seen == nullptr
                                      ? "of the folders"
                                      : DescribeColumn(*seen, survey.profile.record().num_objects);
    text += "  " + columns[i];
    if (!described.empty()) {
      if (columns[i].size() < width) text.append(width - columns[i].size(), ' ');
      text += "  -- " + EscapeToml(described);
    }
    text += "\n";
  }
  return text + "\"\"\"\n";
}

}  // namespace tarn::infer
