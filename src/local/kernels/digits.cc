#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "digest/digest.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/decimal_arithmetic_internal.h"
#include "local/kernels/number_layout.h"
#include "local/kernels/visit_number_internal.h"
#include "values/shortest_digits.h"

// Digits of numbers as text, and back.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Decimal128;
using arrow::Decimal256;
using arrow::Type;
using Args = std::vector<Datum>;
using Text = std::string_view;

constexpr Text kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

// The digits of `value` in a base of 2 to 36.
void AppendDigits(uint64_t value, uint64_t base, std::string* out) {
  const size_t begin = out->size();
  do {
    *out += kDigits[value % base];
    value /= base;
  } while (value != 0);
  std::reverse(out->begin() + static_cast<ptrdiff_t>(begin), out->end());
}

template <uint64_t kBase>
Result<Datum> DigitsOf(const KernelContext& context, const Args& args) {
  return MapToString<int64_t>(context, args, [](int64_t x, std::string* out) {
    AppendDigits(static_cast<uint64_t>(x), kBase, out);
  });
}

Result<Datum> Hex(const KernelContext& context, const Args& args) {
  if (args[0].type()->id() == Type::INT64) return DigitsOf<16>(context, args);
  return MapToString<Text>(context, args, [](Text bytes, std::string* out) {
    digest::AppendHex(bytes, digest::kUpperHexDigits, out);
  });
}

// What a digit counts; a base or more where it is none.
int DigitValue(char c) {
  constexpr int kNone = 36;
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return c >= 'a' && c <= 'z' ? c - 'a' + 10 : kNone;
}

// Of an odd number of digits, the first one is a byte of its own.
bool AppendBytesOf(Text digits, std::string* out) {
  int high = 0;
  bool is_second = digits.size() % 2 == 1;
  for (char c : digits) {
    const int value = DigitValue(c);
    if (value >= 16) return false;
    if (is_second) *out += static_cast<char>(high << 4 | value);
    high = value;
    is_second = !is_second;
  }
  return true;
}

Result<Datum> Unhex(const KernelContext& context, const Args& args) {
  ARROW_ASSIGN_OR_RAISE(const Datum bytes, MapToString<Text>(context, args, AppendBytesOf));
  const std::shared_ptr<arrow::ArrayData> data = bytes.array()->Copy();
  data->type = arrow::binary();
  return Datum(data);
}

Text TrimSpaces(Text text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The digits at the start of `text`; false where they have more than 64 bits.
bool ReadDigits(Text text, uint64_t base, uint64_t* value) {
  *value = 0;
  for (char c : text) {
    const auto digit = static_cast<uint64_t>(DigitValue(c));
    if (digit >= base) break;
    if (__builtin_mul_overflow(*value, base, value)) return false;
    if (__builtin_add_overflow(*value, digit, value)) return false;
  }
  return true;
}

// As Spark's NumberConverter: the number has 64 bits, with a sign where `to_base` is negative.
void AppendConverted(uint64_t value, bool is_negative, int to_base, std::string* out) {
  const auto has_sign_bit = [](uint64_t bits) { return static_cast<int64_t>(bits) < 0; };
  if (is_negative && to_base > 0) value = has_sign_bit(value) ? ~uint64_t{0} : -value;
  if (to_base < 0 && has_sign_bit(value)) {
    value = -value;
    is_negative = true;
  }
  if (is_negative && to_base < 0) *out += '-';
  AppendDigits(value, static_cast<uint64_t>(std::abs(to_base)), out);
}

Result<Datum> Convert(const KernelContext& context, const Args& args) {
  constexpr int kBaseMin = 2, kBaseMax = 36;
  return MapToString<Text, int32_t, int32_t>(
      context, args,
      [&](Text text, int32_t from_base, int32_t to_base, std::string* out) -> Result<bool> {
        text = TrimSpaces(text);
        const bool has_bases = from_base >= kBaseMin && from_base <= kBaseMax &&
                               to_base >= -kBaseMax && to_base <= kBaseMax &&
                               std::abs(to_base) >= kBaseMin;
        if (text.empty() || !has_bases) return false;
        const bool is_negative = text.starts_with('-');
        uint64_t value;
        if (!ReadDigits(text.substr(is_negative ? 1 : 0), from_base, &value)) {
          return context.Error("ARITHMETIC_OVERFLOW", "the number has more than 64 bits");
        }
        AppendConverted(value, is_negative, to_base, out);
        return true;
      });
}

// The digits of `x` without its sign, no more of them than tell it from all other doubles; where
// the layout has fewer, half to even of the exact value.
std::string DigitsFor(double x, const NumberLayout& layout) {
  x = std::fabs(x);
  std::string whole, fraction;
  ShortestDigits(x, &whole, &fraction);
  if (std::ssize(fraction) <= layout.fraction_digits_max) return whole + "." + fraction;
  char buffer[1100];  // up to 309 digits before the point, or 1,074 behind it
  return std::string(buffer, std::to_chars(buffer, std::end(buffer), x, std::chars_format::fixed,
                                           layout.fraction_digits_max)
                                 .ptr);
}

void AppendNumber(double x, const NumberLayout& layout, std::string* out) {
  if (layout.is_percent) x *= 100;
  if (std::isnan(x)) {
    *out += "NaN";
  } else if (std::isinf(x)) {
    *out += x < 0 ? layout.negative_prefix : layout.prefix;
    *out += "\u221E";
    *out += x < 0 ? layout.negative_suffix : layout.suffix;
  } else {
    AppendLaidOut(layout, std::signbit(x), DigitsFor(x, layout), out);
  }
}

// `x` with `scale` digits behind the point.
void AppendNumber(const Decimal128& x, int scale, const NumberLayout& layout, std::string* out) {
  if (layout.is_percent) scale -= 2;
  Decimal256 value(Decimal256(Decimal256(x).Abs()));
  if (scale < 0) value = Decimal256(value.IncreaseScaleBy(-scale));
  scale = std::max(scale, 0);
  const int kept = std::min(scale, layout.fraction_digits_max);
  std::string digits = RescaleHalfEven(value, scale, kept).ToIntegerString();
  if (kept > 0) {
    const auto num_fraction = static_cast<size_t>(kept);
    if (digits.size() <= num_fraction) digits.insert(0, num_fraction + 1 - digits.size(), '0');
    digits.insert(digits.size() - num_fraction, ".");
  }
  AppendLaidOut(layout, x < Decimal128(0), digits, out);
}

// The layouts of a column of patterns or of numbers of digits, where neighbours are mostly equal.
class Layouts {
 public:
  Layouts(const KernelContext& context, int digits_max)
      : context_(context), digits_max_(digits_max) {}

  // Null where a number has no layout: with less than no digits.
  Result<const NumberLayout*> Of(int32_t digits) {
    if (digits < 0) return nullptr;
    digits = std::min(digits, digits_max_);
    ARROW_RETURN_NOT_OK(CheckTextBytes(digits));
    layout_.fraction_digits_min = digits;
    layout_.fraction_digits_max = digits;
    return &layout_;
  }

  Result<const NumberLayout*> Of(Text pattern) {
    if (pattern_ == pattern) return &layout_;
    const std::optional<NumberLayout> layout = ParseNumberLayout(pattern);
    if (!layout) {
      return context_.Error("INVALID_PARAMETER_VALUE",
                            fmt::format("'{}' is no pattern of digits", pattern),
                            "patterns are such as '#,##0.00', without an exponent or a currency");
    }
    layout_ = *layout;
    pattern_ = pattern;
    return &layout_;
  }

 private:
  const KernelContext& context_;
  const int digits_max_;
  NumberLayout layout_;
  std::optional<std::string> pattern_;
};

// Writes x of type T by a layout of type How: append(x, layout, out).
template <typename T, typename How, typename Append>
Result<Datum> FormatBy(const KernelContext& context, const Args& args, int digits_max,
                       Append&& append) {
  Layouts layouts(context, digits_max);
  return MapToString<T, How>(context, args,
                             [&](const T& x, const How& how, std::string* out) -> Result<bool> {
                               ARROW_ASSIGN_OR_RAISE(const NumberLayout* layout, layouts.Of(how));
                               if (layout != nullptr) append(x, *layout, out);
                               return layout != nullptr;
                             });
}

template <typename T, typename Append>
Result<Datum> Format(const KernelContext& context, const Args& args, int digits_max,
                     Append&& append) {
  if (args[1].type()->id() == Type::STRING) {
    return FormatBy<T, Text>(context, args, digits_max, std::forward<Append>(append));
  }
  return FormatBy<T, int32_t>(context, args, digits_max, std::forward<Append>(append));
}

Result<Datum> FormatNumber(const KernelContext& context, const Args& args) {
  constexpr int kDigitsMax = 340;  // Java's DecimalFormat writes no more, but of decimals
  const arrow::DataType& type = *args[0].type();
  if (type.id() == Type::DECIMAL128) {
    const int scale = static_cast<const arrow::DecimalType&>(type).scale();
    return Format<Decimal128>(context, args, std::numeric_limits<int>::max(),
                              [scale](const Decimal128& x, const NumberLayout& layout,
                                      std::string* out) { AppendNumber(x, scale, layout, out); });
  }
  return VisitNumber(type.id(), [&](auto zero) {
    using T = decltype(zero);
    return Format<T>(context, args, kDigitsMax,
                     [](T x, const NumberLayout& layout, std::string* out) {
                       if constexpr (std::is_floating_point_v<T>) {
                         AppendNumber(static_cast<double>(x), layout, out);
                       } else {
                         AppendNumber(Decimal128(int64_t{x}), 0, layout, out);
                       }
                     });
  });
}

}  // namespace

std::span<const NamedKernel> DigitKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"bin", DigitsOf<2>},
      {"hex", Hex},
      {"unhex", Unhex},
      {"conv", Convert},
      {"format_number", FormatNumber},
  };
  return kKernels;
}

}  // namespace tarn::local
