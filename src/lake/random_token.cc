#include "lake/random_token.h"

#include <fmt/format.h>

#include <random>

namespace tarn::lake {

std::string RandomToken() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", static_cast<uint32_t>(random()),
                     static_cast<uint32_t>(random()));
}

}  // namespace tarn::lake
