#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "spark/launch/log_facts.h"

namespace tarn::spark {

/// \brief What a server has said so far: its last lines, and the facts in them.
/// Threads: any.
class ServerLog {
 public:
  void Add(std::string_view line);

  LogFacts facts() const;

  /// \brief The progress since the last call, each line once.
  std::vector<std::string> TakeNews();

  /// \brief The last lines, kLinesMax at most.
  std::deque<std::string> tail() const;

  static constexpr size_t kLinesMax = 500;

 private:
  mutable std::mutex mutex_;
  LogFacts facts_;
  std::vector<std::string> news_;
  std::string last_news_;
  std::deque<std::string> tail_;
};

}  // namespace tarn::spark
