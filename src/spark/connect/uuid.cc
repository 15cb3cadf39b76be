#include "spark/connect/uuid.h"

#include <fmt/format.h>

#include <cstdint>
#include <random>

namespace tarn::connect {

std::string NewUuid() {
  std::random_device device;
  const auto random = [&] { return static_cast<uint64_t>(device()) << 32 | device(); };
  const uint64_t high = (random() & ~uint64_t{0xf000}) | 0x4000;              // version 4
  const uint64_t low = (random() & (~uint64_t{0} >> 2)) | uint64_t{1} << 63;  // variant of RFC 9562
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xffff, low >> 48, low & 0xffffffffffff);
}

}  // namespace tarn::connect
