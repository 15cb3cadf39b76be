#include "run/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/printable_text.h"
#include "base/units.h"

namespace tarn::run {
namespace {

// The rate is that of the last seconds: a slow start does not spoil the time left.
constexpr double kRateWindowSeconds = 5;
constexpr int kBarWidth = 20;

std::string FormatRate(double bytes_per_second) {
  return FormatBytes(std::llround(bytes_per_second)) + "/s";
}

// Whole seconds: more would flicker.
std::string FormatTimeLeft(double seconds) {
  if (seconds < 59.5) return fmt::format("{:.0f} s left", std::max(1.0, std::round(seconds)));
  return FormatDuration(seconds) + " left";
}

std::string Bar(double share) {
  int filled = static_cast<int>(share * kBarWidth);
  std::string bar(filled, '=');
  if (filled < kBarWidth) bar += '>';
  bar.resize(kBarWidth, ' ');
  return "[" + bar + "]";
}

// The first segment, then as many of the others as fit.
std::string Join(const std::vector<std::string>& segments, size_t width) {
  std::string line = segments.front();
  for (size_t i = 1; i < segments.size() && line.size() + 2 + segments[i].size() <= width; ++i) {
    line += "  " + segments[i];
  }
  return line.substr(0, width);
}

std::string Describe(const EngineConnected& connected) {
  std::string text = connected.version;
  if (!connected.application_id.empty()) text += ", " + connected.application_id;
  if (!connected.url.empty()) text += ", " + connected.url;
  return text;
}

std::string Describe(const TaskProgress& tasks) {
  return fmt::format("{} of {}", FormatCount(tasks.num_done), FormatCount(tasks.num_tasks, "task"));
}

}  // namespace

Progress::Source& Progress::SourceNamed(const std::string& name, double seconds) {
  auto found = std::find_if(sources_.begin(), sources_.end(),
                            [&](const Source& source) { return source.name == name; });
  if (found != sources_.end()) return *found;
  Source& source = sources_.emplace_back();
  source.name = name;
  source.start_seconds = seconds;
  return source;
}

const Progress::Source* Progress::FindSource(const std::string& name) const {
  auto found = std::find_if(sources_.begin(), sources_.end(),
                            [&](const Source& source) { return source.name == name; });
  return found == sources_.end() ? nullptr : &*found;
}

Progress::Table& Progress::TableNamed(const std::string& name) {
  auto found = std::find_if(tables_.begin(), tables_.end(),
                            [&](const Table& table) { return table.name == name; });
  if (found != tables_.end()) return *found;
  Table& table = tables_.emplace_back();
  table.name = name;
  return table;
}

void Progress::Apply(const Event& event, double seconds) {
  if (const auto* listed = std::get_if<SourceListed>(&event)) {
    Source& source = SourceNamed(listed->source, seconds);
    source.listed = *listed;
    source.recent.emplace_back(seconds, 0);
  } else if (const auto* progress = std::get_if<SourceProgress>(&event)) {
    ApplySource(*progress, seconds);
  } else if (const auto* progress = std::get_if<TableProgress>(&event)) {
    Table& table = TableNamed(progress->table);
    table.num_rows = std::max(table.num_rows, progress->num_rows);
  } else if (const auto* waiting = std::get_if<EngineWaiting>(&event)) {
    engine_ = waiting->what;
  } else if (const auto* connected = std::get_if<EngineConnected>(&event)) {
    engine_ = Describe(*connected);
  } else if (const auto* tasks = std::get_if<TaskProgress>(&event)) {
    ApplyTasks(*tasks, seconds);
  } else if (const auto* written = std::get_if<TableWritten>(&event)) {
    Table& table = TableNamed(written->table);
    table.written = true;
    table.result = *written;
  }
}

void Progress::ApplySource(const SourceProgress& progress, double seconds) {
  Source& source = SourceNamed(progress.source, seconds);
  SourceProgress& latest = source.latest;
  if (progress.done && !latest.done) source.end_seconds = seconds;
  // Totals of two threads may arrive in the wrong order.
  latest.num_files = std::max(latest.num_files, progress.num_files);
  latest.num_records = std::max(latest.num_records, progress.num_records);
  latest.num_rows = std::max(latest.num_rows, progress.num_rows);
  latest.done = latest.done || progress.done;
  AddBytes(progress.num_bytes, seconds, &source);
}

void Progress::ApplyTasks(const TaskProgress& tasks, double seconds) {
  const auto source = std::find_if(sources_.begin(), sources_.end(), [&](const Source& known) {
    return known.name == tasks.subject;
  });
  if (source == sources_.end()) {
    TableNamed(tasks.subject).tasks = tasks;
    return;
  }
  source->tasks = tasks;
  // What is read again counts again: by a task that is tried again, and rows that the cluster kept.
  AddBytes(std::min(tasks.num_bytes, source->listed.num_bytes), seconds, &*source);
}

void Progress::AddBytes(int64_t num_bytes, double seconds, Source* source) {
  int64_t& total = source->latest.num_bytes;
  total = std::max(total, num_bytes);
  source->recent.emplace_back(seconds, total);
  while (source->recent.size() > 2 && source->recent[1].first < seconds - kRateWindowSeconds) {
    source->recent.pop_front();
  }
}

std::string Progress::LogLine(const Event& event) const {
  if (const auto* listed = std::get_if<SourceListed>(&event)) {
    return fmt::format("source {}: {}, {}", listed->source, FormatCount(listed->num_files, "file"),
                       FormatBytes(listed->num_bytes));
  }
  if (const auto* progress = std::get_if<SourceProgress>(&event)) {
    const Source* source = FindSource(progress->source);
    if (!progress->done || source == nullptr) return "";
    double seconds = source->end_seconds - source->start_seconds;
    std::string line =
        fmt::format("source {}: read {}, kept {}, in {}", source->name,
                    FormatCount(source->latest.num_records, "record"),
                    FormatCount(source->latest.num_rows, "row"), FormatDuration(seconds));
    if (seconds > 0) {
      line += ", " + FormatRate(static_cast<double>(source->latest.num_bytes) / seconds);
    }
    return line;
  }
  if (const auto* audited = std::get_if<SourceAudited>(&event)) {
    if (audited->num_bad_records == 0) return "";
    return fmt::format("source {}: {}{}", audited->source,
                       FormatCount(audited->num_bad_records, "bad record"),
                       audited->is_kept ? " in quarantine" : " dropped");
  }
  if (const auto* written = std::get_if<TableWritten>(&event)) {
    const std::optional<int64_t> added = written->num_rows_added;
    return fmt::format("table {}: {} {} in {}, {}", written->table, added ? "added" : "wrote",
                       FormatCount(added.value_or(written->num_rows), "row"),
                       FormatCount(written->num_files, "file"), FormatBytes(written->num_bytes));
  }
  if (const auto* waiting = std::get_if<EngineWaiting>(&event)) return waiting->what;
  if (const auto* connected = std::get_if<EngineConnected>(&event)) return Describe(*connected);
  if (const auto* committed = std::get_if<Committed>(&event)) {
    return fmt::format("committed in {}", FormatDuration(committed->seconds));
  }
  return "";
}

double Progress::ShareOf(const Source& source) {
  const auto total = static_cast<double>(source.listed.num_bytes);
  return total > 0 ? std::min(1.0, static_cast<double>(source.latest.num_bytes) / total) : 0;
}

std::vector<std::string> Progress::SourceSegments(const Source& source, double seconds) const {
  const SourceProgress& latest = source.latest;
  if (latest.done) {
    return {fmt::format("read {}", FormatBytes(latest.num_bytes)),
            "in " + FormatDuration(source.end_seconds - source.start_seconds),
            FormatCount(latest.num_files, "file"), FormatCount(latest.num_records, "record")};
  }
  const bool has_tasks = source.tasks.num_tasks > 0;
  if (has_tasks && latest.num_bytes == 0) {
    return {Describe(source.tasks), FormatBytes(source.listed.num_bytes)};
  }
  std::vector<std::string> segments;
  int64_t total = source.listed.num_bytes;
  const double share = ShareOf(source);
  segments.push_back(fmt::format("{} {:3.0f}%", Bar(share), std::floor(share * 100)));
  segments.push_back(fmt::format("{} of {}", FormatBytes(latest.num_bytes), FormatBytes(total)));
  if (!source.recent.empty()) {
    auto [first_seconds, first_bytes] = source.recent.front();
    double elapsed = seconds - first_seconds;
    double rate = elapsed > 0 ? static_cast<double>(latest.num_bytes - first_bytes) / elapsed : 0;
    if (rate > 0) {
      segments.push_back(FormatRate(rate));
      segments.push_back(FormatTimeLeft(static_cast<double>(total - latest.num_bytes) / rate));
    }
  }
  segments.push_back(has_tasks ? Describe(source.tasks)
                               : FormatCount(latest.num_records, "record"));
  return segments;
}

std::vector<std::string> Progress::TableSegments(const Table& table) const {
  if (!table.written && table.tasks.num_tasks > 0) {
    std::vector<std::string> segments = {Describe(table.tasks)};
    if (table.tasks.num_bytes > 0) segments.push_back("read " + FormatBytes(table.tasks.num_bytes));
    return segments;
  }
  if (!table.written) return {FormatCount(table.num_rows, "row")};
  const std::optional<int64_t> added = table.result.num_rows_added;
  return {(added ? "added " : "wrote ") + FormatCount(added.value_or(table.result.num_rows), "row"),
          FormatCount(table.result.num_files, "file"), FormatBytes(table.result.num_bytes)};
}

std::string Progress::StatusLine(double seconds) const {
  std::vector<std::string> parts;
  for (const Source& source : sources_) {
    if (source.latest.done) continue;
    std::vector<std::string> segments = SourceSegments(source, seconds);
    // A log needs no bar.
    if (segments.front().starts_with('[')) {
      segments.front() = fmt::format("{:.0f}%", std::floor(ShareOf(source) * 100));
    }
    parts.push_back(fmt::format("{} {}", source.name, fmt::join(segments, ", ")));
  }
  for (const Table& table : tables_) {
    if (table.written) continue;
    parts.push_back(fmt::format("{} {}", table.name, fmt::join(TableSegments(table), ", ")));
  }
  if (parts.empty()) parts.push_back(engine_.empty() ? "still at work" : engine_);
  const std::string time =
      seconds < 59.5 ? fmt::format("{:.0f} s", seconds) : FormatDuration(seconds);
  return fmt::format("after {}: {}", time, fmt::join(parts, "; "));
}

std::vector<std::string> Progress::Lines(double seconds, size_t width, size_t height) const {
  size_t name_width = 0;
  for (const Source& source : sources_) name_width = std::max(name_width, source.name.size());
  for (const Table& table : tables_) name_width = std::max(name_width, table.name.size());

  std::vector<std::string> lines;
  size_t num_lines = sources_.size() + tables_.size();
  if (!engine_.empty() && height > 1) {
    lines.push_back(CutToWidth(Printable(engine_), width));
    ++num_lines;
  }
  size_t num_finished_hidden = num_lines > height ? num_lines - height + 1 : 0;
  auto add = [&](const std::string& name, bool finished, std::vector<std::string> segments) {
    if (finished && num_finished_hidden > 0) {
      --num_finished_hidden;
      return;
    }
    segments.insert(segments.begin(), fmt::format("{:{}}", name, name_width));
    lines.push_back(Join(segments, width));
  };
  for (const Source& source : sources_) {
    add(source.name, source.latest.done, SourceSegments(source, seconds));
  }
  for (const Table& table : tables_) add(table.name, table.written, TableSegments(table));
  if (lines.size() < num_lines) {
    lines.resize(std::min(lines.size(), height - 1));
    lines.push_back(fmt::format("and {} more", num_lines - lines.size()).substr(0, width));
  }
  return lines;
}

}  // namespace tarn::run
