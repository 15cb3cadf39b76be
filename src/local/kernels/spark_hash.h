#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <string_view>
#include <vector>

/// Spark's hashes of values, which hash() and xxhash64() give: of the same value the same in every
/// Spark.
namespace tarn::local {

/// \brief Put each row of `column` into its hash so far: Murmur3 in 32 bits. NULL changes nothing.
/// \param[in] column flat, of any type but MAP
/// \param[in,out] hashes of each row; Spark begins with 42
void AddToMurmur3(const arrow::Array& column, std::vector<int32_t>* hashes);

/// \brief The same by XXH64.
void AddToXxHash64(const arrow::Array& column, std::vector<int64_t>* hashes);

/// What Spark begins both with.
inline constexpr int kSparkHashSeed = 42;

/// \brief The Murmur3 hash of one text, which is the hashCode of Spark's strings too.
int32_t Murmur3OfText(std::string_view text);

}  // namespace tarn::local
