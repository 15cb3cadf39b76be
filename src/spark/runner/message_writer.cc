#include "spark/runner/message_writer.h"

#include <string>

namespace tarn::spark {

void MessageWriter::Send(const Message& message) {
  std::string line = ToJson(message) + "\n";
  if (const auto* rows = std::get_if<TableRows>(&message)) line += rows->stream;
  std::lock_guard lock(mutex_);
  std::fwrite(line.data(), 1, line.size(), file_);
  std::fflush(file_);
}

}  // namespace tarn::spark
