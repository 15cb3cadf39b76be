#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace tarn::local {

// Odd, with as many ones as zeros.
inline constexpr uint64_t kHashSeed = 0x9E3779B97F4A7C15;
inline constexpr uint64_t kHashFactor = 0xD6E8FEB86659FD93;

/// \brief Two words as one, whose bits depend on all of theirs.
inline uint64_t MixWords(uint64_t a, uint64_t b) {
  __extension__ typedef unsigned __int128 UInt128;
  const UInt128 product = static_cast<UInt128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

/// \brief The hash of what has `hash` and a value behind it. Of the first value, the hash before is
/// kHashSeed.
inline uint64_t AddToHash(uint64_t hash, uint64_t value) {
  return MixWords(hash ^ value, kHashFactor) + kHashSeed;
}

/// \brief The same for the same bytes on every machine.
inline uint64_t HashBytes(std::string_view bytes) {
  // Little-endian, as all that Arrow's arrays hold here.
  const auto word = [](const char* at) {
    uint64_t value;
    std::memcpy(&value, at, sizeof(value));
    return value;
  };
  const auto half = [](const char* at) {
    uint32_t value;
    std::memcpy(&value, at, sizeof(value));
    return static_cast<uint64_t>(value);
  };
  const char* begin = bytes.data();
  const size_t size = bytes.size();
  uint64_t hash = kHashSeed + size * kHashFactor;
  // The last part may overlap the one before: the size tells such bytes apart.
  if (size >= 16) {
    const char* const last = begin + size - 16;
    for (; begin < last; begin += 16)
      hash = MixWords(word(begin) ^ hash, word(begin + 8) ^ kHashFactor);
    return MixWords(word(last) ^ hash, word(last + 8) ^ kHashFactor);
  }
  if (size >= 8) return MixWords(word(begin) ^ hash, word(begin + size - 8) ^ kHashFactor);
  if (size >= 4) return MixWords(half(begin) ^ hash, half(begin + size - 4) ^ kHashFactor);
  uint64_t rest = 0;
  for (size_t i = 0; i < size; ++i) rest = rest << 8 | static_cast<uint8_t>(begin[i]);
  return MixWords(rest ^ hash, kHashFactor);
}

}  // namespace tarn::local
