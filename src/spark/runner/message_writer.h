#pragma once

#include <cstdio>
#include <mutex>

#include "spark/job/message.h"

namespace tarn::spark {

/// \brief Reports what happens to whoever started this program. Threads: any.
class MessageWriter {
 public:
  /// \param[in] file borrowed
  explicit MessageWriter(std::FILE* file) : file_(file) {}

  /// \brief Write a line, and what follows it. It is lost when the reader is gone; standard input
  /// ends then too.
  void Send(const Message& message);

 private:
  std::FILE* const file_;
  std::mutex mutex_;
};

}  // namespace tarn::spark
