#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "run/events.h"

namespace tarn::run {

/// \brief How far a run is, as lines of text. Knows neither clock nor terminal.
///
/// Threads: one at a time.
class Progress {
 public:
  /// \param[in] seconds since the run's start, not decreasing.
  void Apply(const Event& event, double seconds);

  /// \brief What to report about an event once it has been applied, for a log: one line when a
  /// source is listed or read and when a table is written; "" for the events in between.
  std::string LogLine(const Event& event) const;

  /// \brief How far what is not done is, for a log that has nothing else to report for a while: one
  /// line, "after 20 s: events 42%, 12 MB of 30 MB; songs 3 of 20 tasks".
  std::string StatusLine(double seconds) const;

  /// \brief One line for each source and table: bytes, percent, rate, time left, rows.
  ///
  /// \param[in] seconds since the run's start.
  /// \param[in] width no line has more characters; what matters least is left out first.
  /// \param[in] height at most so many lines, at least 1; finished ones are left out first.
  std::vector<std::string> Lines(double seconds, size_t width, size_t height) const;

 private:
  struct Source {
    std::string name;
    SourceListed listed;
    SourceProgress latest;
    double start_seconds = 0;
    double end_seconds = 0;
    TaskProgress tasks;
    std::deque<std::pair<double, int64_t>> recent;  // seconds and bytes, for the rate
  };
  struct Table {
    std::string name;
    int64_t num_rows = 0;
    bool written = false;
    TaskProgress tasks;
    TableWritten result;
  };

  Source& SourceNamed(const std::string& name, double seconds);
  Table& TableNamed(const std::string& name);
  void ApplySource(const SourceProgress& progress, double seconds);
  void ApplyTasks(const TaskProgress& tasks, double seconds);
  const Source* FindSource(const std::string& name) const;
  static void AddBytes(int64_t num_bytes, double seconds, Source* source);
  static double ShareOf(const Source& source);
  std::vector<std::string> SourceSegments(const Source& source, double seconds) const;
  std::vector<std::string> TableSegments(const Table& table) const;

  std::string engine_;  // what it waits for, or what it is; "" for tarn's own
  std::vector<Source> sources_;
  std::vector<Table> tables_;
};

}  // namespace tarn::run
