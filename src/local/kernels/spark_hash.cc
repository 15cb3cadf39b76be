#include "local/kernels/spark_hash.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "local/kernels/calendar_arithmetic_internal.h"
#include "local/kernels/int128.h"
#include "values/calendar.h"

namespace tarn::local {
namespace {

using arrow::Array;
using arrow::Type;

template <typename T>
T Load(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

// Source: MurmurHash3_x86_32, but for the bytes behind the last word, each of which Spark takes as
// a word of its own.
struct Murmur3 {
  using Value = int32_t;

  static Value OfInt(int32_t value, Value seed) {
    return Finish(Mix(static_cast<uint32_t>(seed), static_cast<uint32_t>(value)), 4);
  }

  static Value OfLong(int64_t value, Value seed) {
    const auto bits = static_cast<uint64_t>(value);
    const uint32_t low = Mix(static_cast<uint32_t>(seed), static_cast<uint32_t>(bits));
    return Finish(Mix(low, static_cast<uint32_t>(bits >> 32)), 8);
  }

  static Value OfBytes(std::string_view bytes, Value seed) {
    auto hash = static_cast<uint32_t>(seed);
    size_t i = 0;
    for (; i + 4 <= bytes.size(); i += 4) hash = Mix(hash, Load<uint32_t>(bytes.data() + i));
    for (; i < bytes.size(); ++i) {
      hash = Mix(hash, static_cast<uint32_t>(static_cast<int8_t>(bytes[i])));
    }
    return Finish(hash, static_cast<uint32_t>(bytes.size()));
  }

 private:
  static uint32_t Mix(uint32_t hash, uint32_t word) {
    word = std::rotl(word * 0xcc9e2d51, 15) * 0x1b873593;
    return std::rotl(hash ^ word, 13) * 5 + 0xe6546b64;
  }

  static Value Finish(uint32_t hash, uint32_t num_bytes) {
    hash ^= num_bytes;
    hash = (hash ^ hash >> 16) * 0x85ebca6b;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35;
    return static_cast<Value>(hash ^ hash >> 16);
  }
};

// Source: the specification of XXH64. A number is the bytes that it has in memory.
struct XxHash64 {
  using Value = int64_t;

  static Value OfInt(int32_t value, Value seed) {
    return Finish(AddWord(static_cast<uint64_t>(seed) + kPrime5 + 4, static_cast<uint32_t>(value)));
  }

  static Value OfLong(int64_t value, Value seed) {
    return Finish(
        AddLongWord(static_cast<uint64_t>(seed) + kPrime5 + 8, static_cast<uint64_t>(value)));
  }

  static Value OfBytes(std::string_view bytes, Value seed) {
    constexpr size_t kStripeBytes = 32;
    const char* next = bytes.data();
    const char* const end = next + bytes.size();
    uint64_t hash = static_cast<uint64_t>(seed) + kPrime5;
    if (bytes.size() >= kStripeBytes) {
      uint64_t lanes[4] = {static_cast<uint64_t>(seed) + kPrime1 + kPrime2,
                           static_cast<uint64_t>(seed) + kPrime2, static_cast<uint64_t>(seed),
                           static_cast<uint64_t>(seed) - kPrime1};
      for (; end - next >= static_cast<ptrdiff_t>(kStripeBytes); next += kStripeBytes) {
        for (int i = 0; i < 4; ++i) lanes[i] = Round(lanes[i], Load<uint64_t>(next + 8 * i));
      }
      hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
             std::rotl(lanes[3], 18);
      for (uint64_t lane : lanes) hash = (hash ^ Round(0, lane)) * kPrime1 + kPrime4;
    }
    hash += bytes.size();
    for (; end - next >= 8; next += 8) hash = AddLongWord(hash, Load<uint64_t>(next));
    for (; end - next >= 4; next += 4) hash = AddWord(hash, Load<uint32_t>(next));
    for (; next < end; ++next) {
      hash = std::rotl(hash ^ static_cast<uint8_t>(*next) * kPrime5, 11) * kPrime1;
    }
    return Finish(hash);
  }

 private:
  static constexpr uint64_t kPrime1 = 0x9E3779B185EBCA87;
  static constexpr uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
  static constexpr uint64_t kPrime3 = 0x165667B19E3779F9;
  static constexpr uint64_t kPrime4 = 0x85EBCA77C2B2AE63;
  static constexpr uint64_t kPrime5 = 0x27D4EB2F165667C5;

  static uint64_t Round(uint64_t lane, uint64_t word) {
    return std::rotl(lane + word * kPrime2, 31) * kPrime1;
  }

  static uint64_t AddWord(uint64_t hash, uint32_t word) {
    return std::rotl(hash ^ word * kPrime1, 23) * kPrime2 + kPrime3;
  }

  static uint64_t AddLongWord(uint64_t hash, uint64_t word) {
    return std::rotl(hash ^ Round(0, word), 27) * kPrime1 + kPrime4;
  }

  static Value Finish(uint64_t hash) {
    hash = (hash ^ hash >> 33) * kPrime2;
    hash = (hash ^ hash >> 29) * kPrime3;
    return static_cast<Value>(hash ^ hash >> 32);
  }
};

// The bits of a number, as Java gives them: there is one NaN, and Spark makes -0.0 of 0.0.
template <typename Bits, typename Float>
Bits BitsOf(Float value) {
  if (value == 0) return 0;
  if (std::isnan(value)) value = std::numeric_limits<Float>::quiet_NaN();
  return std::bit_cast<Bits>(value);
}

// As BigInteger.toByteArray: the fewest bytes that hold the number and its sign, highest first.
std::string BytesOf(Int128 value) {
  std::string bytes;
  for (int shift = 120; shift >= 0; shift -= 8) {
    const auto byte = static_cast<char>(value >> shift);
    const bool is_sign = bytes.empty() && shift > 0 && value >> (shift - 1) == (value < 0 ? -1 : 0);
    if (!is_sign) bytes += byte;
  }
  return bytes;
}

// Decimals of more digits do not fit 64 bits.
constexpr int kLongDigitsMax = 18;

template <typename Hash>
typename Hash::Value HashDecimal(const Array& column, int64_t row, typename Hash::Value seed) {
  const auto& decimals = static_cast<const arrow::Decimal128Array&>(column);
  const Int128 value = ToInt128(arrow::Decimal128(decimals.GetValue(row)));
  const auto& type = static_cast<const arrow::DecimalType&>(*column.type());
  if (type.precision() <= kLongDigitsMax) return Hash::OfLong(static_cast<int64_t>(value), seed);
  return Hash::OfBytes(BytesOf(value), seed);
}

template <typename T>
T ValueAt(const Array& column, int64_t row) {
  return column.data()->GetValues<T>(1)[row];
}

template <typename Hash>
typename Hash::Value HashCalendarInterval(const Array& column, int64_t row,
                                          typename Hash::Value seed) {
  const auto interval = static_cast<const arrow::MonthDayNanoIntervalArray&>(column).GetValue(row);
  seed = Hash::OfLong(interval.nanoseconds / kNanosPerMicro, seed);
  return Hash::OfInt(interval.months, Hash::OfInt(interval.days, seed));
}

template <typename Hash>
typename Hash::Value HashValue(const Array& column, int64_t row, typename Hash::Value seed) {
  if (column.IsNull(row)) return seed;
  switch (column.type_id()) {
    case Type::BOOL:
      return Hash::OfInt(static_cast<const arrow::BooleanArray&>(column).Value(row) ? 1 : 0, seed);
    case Type::INT8:
      return Hash::OfInt(ValueAt<int8_t>(column, row), seed);
    case Type::INT16:
      return Hash::OfInt(ValueAt<int16_t>(column, row), seed);
    case Type::INT32:
    case Type::DATE32:
    case Type::INTERVAL_MONTHS:
      return Hash::OfInt(ValueAt<int32_t>(column, row), seed);
    case Type::INT64:
    case Type::TIMESTAMP:
    case Type::DURATION:
      return Hash::OfLong(ValueAt<int64_t>(column, row), seed);
    case Type::TIME64:  // which Spark has in nanoseconds
      return Hash::OfLong(ValueAt<int64_t>(column, row) * kNanosPerMicro, seed);
    case Type::FLOAT:
      return Hash::OfInt(BitsOf<int32_t>(ValueAt<float>(column, row)), seed);
    case Type::DOUBLE:
      return Hash::OfLong(BitsOf<int64_t>(ValueAt<double>(column, row)), seed);
    case Type::STRING:
    case Type::BINARY:
      return Hash::OfBytes(static_cast<const arrow::BinaryArray&>(column).GetView(row), seed);
    case Type::DECIMAL128:
      return HashDecimal<Hash>(column, row, seed);
    case Type::INTERVAL_MONTH_DAY_NANO:
      return HashCalendarInterval<Hash>(column, row, seed);
    case Type::LIST: {
      const auto& lists = static_cast<const arrow::ListArray&>(column);
      for (int64_t i = lists.value_offset(row); i < lists.value_offset(row + 1); ++i) {
        seed = HashValue<Hash>(*lists.values(), i, seed);
      }
      return seed;
    }
    case Type::STRUCT: {
      const auto& structs = static_cast<const arrow::StructArray&>(column);
      for (int i = 0; i < structs.num_fields(); ++i) {
        seed = HashValue<Hash>(*structs.field(i), row, seed);
      }
      return seed;
    }
    default:
      return seed;
  }
}

template <typename Hash>
void AddColumn(const Array& column, std::vector<typename Hash::Value>* hashes) {
  for (int64_t row = 0; row < column.length(); ++row) {
    auto& hash = (*hashes)[static_cast<size_t>(row)];
    hash = HashValue<Hash>(column, row, hash);
  }
}

}  // namespace

void AddToMurmur3(const Array& column, std::vector<int32_t>* hashes) {
  AddColumn<Murmur3>(column, hashes);
}

int32_t Murmur3OfText(std::string_view text) { return Murmur3::OfBytes(text, kSparkHashSeed); }

void AddToXxHash64(const Array& column, std::vector<int64_t>* hashes) {
  AddColumn<XxHash64>(column, hashes);
}

}  // namespace tarn::local
