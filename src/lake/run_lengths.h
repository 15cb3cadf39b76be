#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace tarn::lake {

/// \brief Append numbers in Parquet's hybrid of run lengths and bit packing, as Arrow's writer
/// does: eight and more of one number are a run, where they begin at a multiple of eight behind the
/// last. \param[in] bit_width of each number; at most 32 Source:
/// https://parquet.apache.org/docs/file-format/data-pages/encodings
void AppendRunLengths(std::span<const int32_t> numbers, int bit_width, std::string* out);
void AppendRunLengths(std::span<const uint8_t> numbers, int bit_width, std::string* out);

}  // namespace tarn::lake
