#pragma once

#include <string>

namespace tarn::lake {

/// \brief Letters and digits that nothing else is called: 64 bits by chance.
std::string RandomToken();

}  // namespace tarn::lake
