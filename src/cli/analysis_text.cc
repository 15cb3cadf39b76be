#include "cli/analysis_text.h"

#include <fmt/format.h>

#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/units.h"
#include "cli/table_text.h"

namespace tarn::cli {
namespace {

constexpr size_t kWidth = 100;  // where there is no terminal

constexpr const char* kLegend =
    "CPU is what a step computed itself, on all cores together; serial, what one core at a time "
    "can\n"
    "do of it; wall, from its first to its last work. A source's line is its reading; a table's, "
    "its\n"
    "checks and its Parquet files, which are made but not stored.\n";

// What one line says. Members of 0 are left out.
struct Line {
  std::string step;
  int64_t num_rows = -1;  // negative: has none
  int64_t num_bytes = 0;
  Work work;
  int64_t peak_bytes = 0;
  int64_t spilled_bytes = 0;
};

std::string BytesOrNothing(int64_t num_bytes) {
  return num_bytes == 0 ? "" : FormatBytes(num_bytes);
}

std::string DurationOrNothing(double seconds) {
  return seconds == 0 ? "" : FormatDuration(seconds);
}

// The lines, in the order in which the steps are shown.
class Lines {
 public:
  explicit Lines(const local::RunMetrics& metrics) : metrics_(metrics) {
    for (const local::NodeMetrics& node : metrics.nodes) nodes_[node.node] = &node;
    for (const local::SourceMetrics& source : metrics.sources) AddSource(source);
    for (const local::TableMetrics& table : metrics.tables) AddTable(table);
    lines_.push_back({"starting, scheduling", -1, 0, metrics.rest});
    lines_.back().work.wall_seconds = 0;
    lines_.push_back({"all", -1, 0, metrics.all});
  }

  const std::vector<Line>& lines() const { return lines_; }

 private:
  void AddSource(const local::SourceMetrics& source) {
    lines_.push_back({"source " + metrics_.plan.sources[source.source].source->name,
                      source.num_records, source.num_bytes, source.work});
  }

  void AddTable(const local::TableMetrics& table) {
    const plan::TablePlan& planned = metrics_.plan.tables[table.table];
    lines_.push_back({"table " + planned.table->name, table.stats.num_rows, table.stats.num_bytes,
                      table.work, table.peak_bytes, table.spilled_bytes});
    AddNode(*planned.root, 1);
  }

  void AddNode(const plan::Node& node, size_t depth) {
    Line line;
    line.step = std::string(2 * depth, ' ') + plan::Describe(node, metrics_.plan);
    if (const auto found = nodes_.find(&node); found != nodes_.end()) {
      const local::NodeMetrics& measured = *found->second;
      line.num_rows = measured.num_rows;
      line.num_bytes = measured.num_bytes;
      line.work = measured.work;
      line.peak_bytes = measured.peak_bytes;
      line.spilled_bytes = measured.spilled_bytes;
    }
    lines_.push_back(std::move(line));
    for (const plan::NodePtr& input : node.inputs) AddNode(*input, depth + 1);
  }

  const local::RunMetrics& metrics_;
  std::unordered_map<const plan::Node*, const local::NodeMetrics*> nodes_;
  std::vector<Line> lines_;
};

std::string StepsText(const std::vector<Line>& lines, size_t width, const Terminal& terminal) {
  bool has_peak = false, has_spilled = false;
  for (const Line& line : lines) {
    has_peak = has_peak || line.peak_bytes > 0;
    has_spilled = has_spilled || line.spilled_bytes > 0;
  }
  std::vector<Column> columns = {{"step"},      {"rows", true},   {"bytes", true},
                                 {"CPU", true}, {"serial", true}, {"wall", true}};
  if (has_peak) columns.push_back({"memory", true});
  if (has_spilled) columns.push_back({"spilled", true});
  TextTable table(columns);
  for (const Line& line : lines) {
    std::vector<Cell> cells = {{line.step},
                               {line.num_rows < 0 ? "" : FormatCount(line.num_rows)},
                               {BytesOrNothing(line.num_bytes)},
                               {FormatDuration(line.work.cpu_seconds)},
                               {DurationOrNothing(line.work.serial_seconds)},
                               {DurationOrNothing(line.work.wall_seconds)}};
    if (has_peak) cells.push_back({BytesOrNothing(line.peak_bytes)});
    if (has_spilled) cells.push_back({BytesOrNothing(line.spilled_bytes)});
    table.AddRow(std::move(cells));
  }
  return table.Render({.width = width}, terminal).text;
}

// `begin` and the words after it, in as many lines as they need; the further ones are indented.
std::string Wrapped(const std::string& begin, const std::vector<std::string>& words, size_t width) {
  std::string text, line = begin;
  for (const std::string& word : words) {
    if (DisplayWidth(line) + 1 + DisplayWidth(word) > width) {
      text += line + "\n";
      line = "   ";
    }
    line += " " + word;
  }
  return text + line + "\n";
}

std::string EncodingName(const std::vector<std::string>& encodings) {
  std::vector<std::string> names;
  for (const std::string& encoding : encodings) {
    const bool is_dictionary = encoding == "RLE_DICTIONARY" || encoding == "PLAIN_DICTIONARY";
    names.push_back(is_dictionary ? "dictionary" : encoding == "PLAIN" ? "plain" : encoding);
  }
  return fmt::format("{}", fmt::join(names, " and "));
}

// "songplays: 2 files in 1 partition; level, gender dictionary; …"
std::string TableText(const local::TableMetrics& table, const std::string& name, size_t width) {
  std::map<std::string, std::vector<std::string>> columns;  // by encoding
  for (const lake::StoredColumn& column : table.columns) {
    if (!column.encodings.empty()) columns[EncodingName(column.encodings)].push_back(column.name);
  }
  std::string text =
      Wrapped(fmt::format("{}: {} in {}", name, FormatCount(table.stats.num_files, "file"),
                          FormatCount(table.stats.num_partitions, "partition")),
              {}, width);
  for (auto& [encoding, names] : columns) {
    for (size_t i = 0; i + 1 < names.size(); ++i) names[i] += ",";
    text += Wrapped("  " + encoding + ":", names, width);
  }
  return text;
}

std::string SumText(const local::RunMetrics& metrics) {
  const auto percent_of_cpu = [&](double seconds) {
    const double all = metrics.all.cpu_seconds;
    return fmt::format("{:.0f} %", all > 0 ? 100 * seconds / all : 0);
  };
  return fmt::format(
      "{} on {}, at most {} of memory; {} of CPU, {} serial, {} the kernel's\n",
      FormatDuration(metrics.all.wall_seconds), FormatCount(metrics.num_threads, "thread"),
      FormatBytes(metrics.peak_memory_bytes), FormatDuration(metrics.all.cpu_seconds),
      percent_of_cpu(metrics.all.serial_seconds), percent_of_cpu(metrics.kernel_seconds));
}

}  // namespace

std::string AnalysisText(const local::RunMetrics& metrics, const Terminal& terminal) {
  const size_t width = terminal.is_terminal() ? terminal.Width() : kWidth;
  std::string text = StepsText(Lines(metrics).lines(), width, terminal) + "\n";
  for (const local::TableMetrics& table : metrics.tables) {
    const plan::TablePlan& planned = metrics.plan.tables[table.table];
    if (planned.selected) text += TableText(table, planned.table->name, width);
  }
  return text + "\n" + SumText(metrics) + kLegend;
}

}  // namespace tarn::cli
