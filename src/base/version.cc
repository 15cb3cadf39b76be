#include "base/version.h"

namespace tarn {

std::string Version() { return TARN_VERSION; }

}  // namespace tarn
