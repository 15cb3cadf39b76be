#include "s3/mfa_code.h"

#include <arrow/util/string.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/printable_text.h"
#include "system/file_descriptor.h"

namespace tarn::s3 {

Result<std::string> AskForMfaCode(const std::string& serial, const std::string& role_arn) {
  const FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (terminal.number() < 0) {
    return MakeError(
        ErrorKind::kFailed,
        fmt::format("Role {} asks for a code of MFA device {}, and there is no terminal to ask on; "
                    "take credentials before, by `aws configure export-credentials`",
                    role_arn, serial));
  }
  const std::string prompt = Printable(fmt::format("MFA code of {} for {}: ", serial, role_arn));
  std::string line;
  if (::write(terminal.number(), prompt.data(), prompt.size()) > 0) {
    char byte = 0;
    while (::read(terminal.number(), &byte, 1) == 1 && byte != '\n') line += byte;
    if (byte != '\n') return MakeError(ErrorKind::kCancelled, "interrupted");
  }
  return arrow::internal::TrimString(line);
}

}  // namespace tarn::s3
