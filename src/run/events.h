#pragma once

#include <cstdint>
#include <string>
#include <variant>

/// What an engine tells while it runs. Progress bar, run record and tests are all observers.
namespace tarn::run {

struct SourceListed {
  std::string source;
  int64_t num_files = 0;
  int64_t num_bytes = 0;
};

/// Totals so far, not differences.
struct SourceProgress {
  std::string source;
  int64_t num_files = 0;
  int64_t num_bytes = 0;
  int64_t num_records = 0;  ///< read
  int64_t num_rows = 0;     ///< kept by the filter
  bool done = false;
};

struct TableProgress {
  std::string table;
  int64_t num_rows = 0;  ///< handed to the writer so far
};

struct TableWritten {
  std::string table;
  int64_t num_rows = 0;
  int64_t num_files = 0;
  int64_t num_bytes = 0;
  int64_t num_partitions = 0;
  double seconds = 0;  ///< from the run's start until its last file was written
};

struct Committed {
  double seconds = 0;  ///< of the commit alone
};

using Event = std::variant<SourceListed, SourceProgress, TableProgress, TableWritten, Committed>;

/// \brief Receives events. Threads: OnEvent may be called from several threads at once.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void OnEvent(const Event& event) = 0;
};

}  // namespace tarn::run
