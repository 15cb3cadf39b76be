#include "cli/run_summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "cli/error_text.h"
#include "cli/table_text.h"

namespace tarn::cli {
namespace {

constexpr size_t kFieldsShown = 10;

// "5", or "7 → 5" where that is another number than before.
std::string RowsText(const run::TableRecord& written) {
  const std::string rows = FormatCount(written.num_rows);
  const int64_t before = written.num_rows_before.value_or(written.num_rows);
  return before == written.num_rows ? rows : FormatCount(before) + " → " + rows;
}

// Whether the run had nothing to do.
bool IsUnchanged(const run::RunRecord& record) {
  return !record.tables.empty() &&
         std::all_of(record.tables.begin(), record.tables.end(),
                     [](const auto& table) { return table.change == run::TableChange::kNone; });
}

std::string UnchangedText(const run::RunRecord& record, const std::string& lake_root) {
  int64_t num_files = 0;
  for (const run::SourceRecord& source : record.sources) {
    if (source.compared) num_files += source.compared->num_same;
  }
  return fmt::format("nothing new in {}; {} as before, nothing written in {}\n",
                     FormatCount(num_files, "file"),
                     FormatCount(static_cast<int64_t>(record.tables.size()), "table"), lake_root);
}

// What became of a table that was computed.
std::string ChangeText(const run::TableRecord& table) {
  if (table.change != run::TableChange::kReplacePartitions) return "is rebuilt";
  return table.num_partitions == 1
             ? "has 1 partition replaced"
             : fmt::format("has {} partitions replaced", table.num_partitions);
}

// What was new, and what became of the tables, a line each; "" where no earlier run is known.
std::string ChangesText(const run::RunRecord& record) {
  int64_t num_new = 0, num_rows = 0, num_replaced = 0;
  bool has_added = false;
  for (const run::SourceRecord& source : record.sources) {
    if (source.compared) num_new += source.compared->num_new;
  }
  std::string rebuilt;
  std::vector<std::string> unchanged;
  for (const run::TableRecord& table : record.tables) {
    if (table.change == run::TableChange::kNone) unchanged.push_back(Printable(table.name));
    if (table.num_rows_added) has_added = true;
    num_rows += table.num_rows_added.value_or(0);
    num_replaced += table.num_partitions_replaced.value_or(0);
    if (table.reason.empty()) continue;
    rebuilt +=
        Printable(table.name) + " " + ChangeText(table) + ": " + Printable(table.reason) + "\n";
  }
  std::string text;
  if (has_added) {
    text += fmt::format("+{}, +{}", FormatCount(num_new, "file"), FormatCount(num_rows, "row"));
    if (num_replaced > 0)
      text += fmt::format(", {} rewritten", FormatCount(num_replaced, "partition"));
    text += "\n";
  }
  text += rebuilt;
  if (!unchanged.empty()) text += fmt::format("as before: {}\n", fmt::join(unchanged, ", "));
  return text.empty() ? "" : "\n" + text;
}

std::string AddedFieldsText(const run::SourceRecord& source) {
  std::string text;
  for (size_t i = 0; i < source.added_fields.size(); ++i) {
    if (i == kFieldsShown) {
      return text +
             fmt::format("source {}: and {} more\n", source.name, source.added_fields.size() - i);
    }
    const run::AddedField& field = source.added_fields[i];
    text += fmt::format("source {}: field {} is {} from now on: {}\n", source.name,
                        Printable(field.path), Printable(field.type), Printable(source.lock_path));
  }
  return text;
}

}  // namespace

std::string FindingsText(const run::SourceRecord& source, const Terminal& terminal) {
  std::string text;
  const auto add = [&](const std::string& line) {
    text += WarningText(fmt::format("source {}: {}", source.name, line), terminal);
  };
  if (source.num_bad_records > 0) {
    const std::string count = FormatCount(source.num_bad_records, "bad record");
    add(source.bad_records_are_kept ? count + " in quarantine; `tarn quarantine` lists them"
                                    : count + " dropped");
  }
  if (source.num_rescued_values > 0) {
    add(FormatCount(source.num_rescued_values, "value") +
        " of another type than the column's: NULL there, and as it is written in _rescued");
  }
  text += AddedFieldsText(source);
  for (size_t i = 0; i < source.new_fields.size(); ++i) {
    const run::NewField& field = source.new_fields[i];
    if (i == kFieldsShown) {
      add(fmt::format("and {}{} more fields that the schema does not name",
                      source.has_more_new_fields ? "more than " : "",
                      source.new_fields.size() - i));
      break;
    }
    const std::string place =
        field.line > 0 ? fmt::format("{}:{}", field.path, field.line) : field.path;
    add(fmt::format("field \"{}\" is not in the schema: in {}, first {}, {}", field.key,
                    FormatCount(field.num_records, "record"), place, field.example));
  }
  for (size_t i = 0; i < source.missing_fields.size(); ++i) {
    if (i == kFieldsShown) {
      add(fmt::format("and {} more fields of the schema that no record has",
                      source.missing_fields.size() - i));
      break;
    }
    add(fmt::format("no record has field \"{}\" of the schema",
                    Printable(source.missing_fields[i])));
  }
  return text;
}

std::string SummaryText(const run::RunRecord& record, const std::string& lake_root,
                        const Terminal& terminal) {
  if (IsUnchanged(record)) return UnchangedText(record, lake_root);
  TextTable table({{"table"}, {"rows", true}, {"files", true}, {"bytes", true}, {"time", true}});
  for (const run::TableRecord& written : record.tables) {
    if (written.change == run::TableChange::kNone) continue;
    table.AddRow({{Printable(written.name)},
                  {RowsText(written)},
                  {FormatCount(written.num_files)},
                  {FormatBytes(written.num_bytes)},
                  {FormatDuration(written.seconds)}});
  }
  int64_t num_records = 0;
  int64_t num_bytes = 0;
  for (const run::SourceRecord& source : record.sources) {
    num_records += source.num_records;
    num_bytes += source.num_bytes;
  }
  std::string text = table.Render({}, terminal).text + ChangesText(record);
  text += fmt::format("\nread {} rows, {} in {}", FormatCount(num_records), FormatBytes(num_bytes),
                      FormatDuration(record.seconds));
  if (record.seconds > 0) {
    text += fmt::format(", {}/s",
                        FormatBytes(std::llround(static_cast<double>(num_bytes) / record.seconds)));
  }
  text += fmt::format("; wrote {}\n", lake_root);
  if (record.spilled_bytes > 0) {
    text += fmt::format("memory did not hold all: {} went through {}\n",
                        FormatBytes(record.spilled_bytes), Printable(record.spill_dir));
  }
  for (const run::SourceRecord& source : record.sources) text += FindingsText(source, terminal);
  return text;
}

std::string SummaryLine(const run::RunRecord& record) {
  std::vector<std::string> parts;
  for (const run::TableRecord& table : record.tables) {
    if (table.change == run::TableChange::kNone) continue;
    std::string& part = parts.emplace_back(Printable(table.name) + " " + RowsText(table));
    if (!table.reason.empty()) part += ", " + ChangeText(table) + ": " + Printable(table.reason);
  }
  if (parts.empty()) parts.emplace_back("nothing new");
  int64_t num_new = 0, num_bad = 0;
  for (const run::SourceRecord& source : record.sources) {
    num_new += source.compared ? source.compared->num_new : source.num_files;
    num_bad += source.num_bad_records;
  }
  if (num_bad > 0) parts.push_back(FormatCount(num_bad, "bad record"));
  return fmt::format("{}: {}; +{}, {}\n", record.run_id, fmt::join(parts, "; "),
                     FormatCount(num_new, "file"), FormatDuration(record.seconds));
}

}  // namespace tarn::cli
