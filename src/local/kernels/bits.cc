#include <bit>

#include "local/kernels/column_view_internal.h"
#include "local/kernels/visit_number_internal.h"

// Operators and functions on the bits of whole numbers.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Type;
using Args = std::vector<Datum>;

// visit(zero) for a whole number's type.
template <typename Visit>
Result<Datum> VisitInteger(Type::type id, Visit&& visit) {
  return VisitNumber(id, [&](auto zero) -> Result<Datum> {
    if constexpr (std::is_integral_v<decltype(zero)>) {
      return visit(zero);
    } else {
      return Status::UnknownError("bits of a number with a fraction");
    }
  });
}

struct And {
  template <typename T>
  static T Compute(T a, T b) {
    return static_cast<T>(a & b);
  }
};

struct Or {
  template <typename T>
  static T Compute(T a, T b) {
    return static_cast<T>(a | b);
  }
};

struct Xor {
  template <typename T>
  static T Compute(T a, T b) {
    return static_cast<T>(a ^ b);
  }
};

template <typename Op>
Result<Datum> Both(const KernelContext& context, const Args& args) {
  return VisitInteger(context.type()->id(), [&](auto zero) {
    using T = decltype(zero);
    return Map<T, T, T>(context, args, Op::template Compute<T>);
  });
}

Result<Datum> BitwiseNot(const KernelContext& context, const Args& args) {
  return VisitInteger(context.type()->id(), [&](auto zero) {
    using T = decltype(zero);
    return Map<T, T>(context, args, [](T a) { return static_cast<T>(~a); });
  });
}

struct Left {
  template <typename T>
  static T Compute(T a, int bits) {
    return static_cast<T>(static_cast<std::make_unsigned_t<T>>(a) << bits);
  }
};

struct Right {
  template <typename T>
  static T Compute(T a, int bits) {
    return static_cast<T>(a >> bits);
  }
};

struct RightUnsigned {
  template <typename T>
  static T Compute(T a, int bits) {
    return static_cast<T>(static_cast<std::make_unsigned_t<T>>(a) >> bits);
  }
};

// As in Java, only the low bits of the count say how far.
template <typename Op, typename T>
Result<Datum> ShiftOf(const KernelContext& context, const Args& args) {
  constexpr int32_t kMask = sizeof(T) * 8 - 1;
  return Map<T, T, int32_t>(context, args, [](T a, int32_t bits) {
    return Op::template Compute<T>(a, static_cast<int>(bits & kMask));
  });
}

template <typename Op>
Result<Datum> Shift(const KernelContext& context, const Args& args) {
  if (context.type()->id() == Type::INT64) return ShiftOf<Op, int64_t>(context, args);
  return ShiftOf<Op, int32_t>(context, args);
}

Result<Datum> BitCount(const KernelContext& context, const Args& args) {
  if (args[0].type()->id() == Type::BOOL) {
    return Map<int32_t, bool>(context, args, [](bool x) { return x ? 1 : 0; });
  }
  return Map<int32_t, int64_t>(context, args,
                               [](int64_t x) { return std::popcount(static_cast<uint64_t>(x)); });
}

Result<Datum> BitGet(const KernelContext& context, const Args& args) {
  return VisitInteger(args[0].type()->id(), [&](auto zero) {
    using T = decltype(zero);
    constexpr int32_t kNumBits = sizeof(T) * 8;
    return MapChecked<int8_t, T, int32_t>(
        context, args,
        [](T x, int32_t position, int8_t* out) {
          if (position < 0 || position >= kNumBits) return false;
          *out = static_cast<int8_t>(static_cast<int64_t>(x) >> position & 1);
          return true;
        },
        [&](T, int32_t position) {
          return context.Error("INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE",
                               fmt::format("bit {} of {}", position, kNumBits),
                               fmt::format("positions are 0 to {}", kNumBits - 1));
        });
  });
}

// Spark's bitmaps have 4,096 bytes each; the first bucket begins at 1.
constexpr int64_t kBitmapBits = 4096 * 8;

Result<Datum> BitmapPosition(const KernelContext& context, const Args& args) {
  return Map<int64_t, int64_t>(
      context, args, [](int64_t x) { return x > 0 ? (x - 1) % kBitmapBits : -(x % kBitmapBits); });
}

Result<Datum> BitmapBucket(const KernelContext& context, const Args& args) {
  return Map<int64_t, int64_t>(
      context, args, [](int64_t x) { return x > 0 ? 1 + (x - 1) / kBitmapBits : x / kBitmapBits; });
}

Result<Datum> BitmapCount(const KernelContext& context, const Args& args) {
  return Map<int64_t, std::string_view>(context, args, [](std::string_view bytes) {
    int64_t count = 0;
    for (char byte : bytes) count += std::popcount(static_cast<uint8_t>(byte));
    return count;
  });
}

}  // namespace

std::span<const NamedKernel> BitKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"bitwise_and", Both<And>},
      {"bitwise_or", Both<Or>},
      {"bitwise_xor", Both<Xor>},
      {"bitwise_not", BitwiseNot},
      {"shiftleft", Shift<Left>},
      {"shiftright", Shift<Right>},
      {"shiftrightunsigned", Shift<RightUnsigned>},
      {"bit_count", BitCount},
      {"bit_get", BitGet},
      {"bitmap_bit_position", BitmapPosition},
      {"bitmap_bucket_number", BitmapBucket},
      {"bitmap_count", BitmapCount},
  };
  return kKernels;
}

}  // namespace tarn::local
