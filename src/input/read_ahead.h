#pragma once

#include <memory>

#include "input/byte_stream.h"

namespace tarn::input {

/// \brief `stream`, read by a thread of its own some blocks ahead, so that decompression runs
/// beside what is done with the text. Ends the thread when it is destroyed.
std::unique_ptr<ByteStream> ReadAhead(std::unique_ptr<ByteStream> stream);

}  // namespace tarn::input
