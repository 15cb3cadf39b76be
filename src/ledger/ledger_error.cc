#include "ledger/ledger_error.h"

#include <fmt/format.h>

namespace tarn::ledger {

Status DamagedError(const std::string& reason, const std::string& path) {
  return MakeError(
      ErrorKind::kFailed,
      fmt::format("The lake's ledger of consumed files is damaged, {}: {}", reason, path),
      "`tarn run --full` computes all tables anew, and the ledger with them");
}

Status ReadingError(const Status& status, const std::string& path) {
  // What the file holds is wrong; else it could not be read, and may be later.
  if (KindOf(status) == ErrorKind::kBadInput) return DamagedError(MessageOf(status), path);
  return WithContext(status, "Cannot read the lake's ledger of consumed files, " + path);
}

}  // namespace tarn::ledger
