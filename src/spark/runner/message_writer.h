#pragma once

#include <cstdio>
#include <mutex>

#include "spark/job/message.h"

namespace tarn::spark {

/// \brief Tells whoever started this program what happens. Threads: any.
class MessageWriter {
 public:
  /// \param[in] file borrowed
  explicit MessageWriter(std::FILE* file) : file_(file) {}

  /// \brief Write a line. Nobody reads any more: it is lost; the end of standard input tells that
  /// too.
  void Send(const Message& message);

 private:
  std::FILE* const file_;
  std::mutex mutex_;
};

}  // namespace tarn::spark
