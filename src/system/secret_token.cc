#include "system/secret_token.h"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

namespace tarn {

Result<std::string> MakeSecretToken() {
  unsigned char bytes[32];
  if (::getrandom(bytes, sizeof(bytes), 0) != static_cast<ssize_t>(sizeof(bytes))) {
    return MakeError(ErrorKind::kFailed,
                     fmt::format("The kernel returns no random bytes: {}", std::strerror(errno)));
  }
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

}  // namespace tarn
