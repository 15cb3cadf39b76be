#include "base/ascii.h"
#include "base/printable_text.h"
#include "base/utf8.h"
#include "local/kernels/base_text_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/format_string_internal.h"
#include "values/number_format.h"

// Numbers as text of a format, and back.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::Decimal128;
using Args = std::vector<Datum>;
using Text = std::string_view;

struct PreparedFormat : KernelState {
  explicit PreparedFormat(NumberFormat made) : format(std::move(made)) {}
  NumberFormat format;
};

Result<NumberFormat> MakeFormat(const KernelContext& context, Text text) {
  Result<NumberFormat> format = NumberFormat::Make(text);
  if (format.ok()) return format;
  const std::string& message = format.status().message();
  const size_t colon = message.find(": ");
  return context.Error(message.substr(0, colon), message.substr(colon + 2),
                       "write it as [MI|S][$][0|9|,]…[.][0|9]…[PR|MI|S]");
}

Result<std::unique_ptr<KernelState>> PrepareFormat(const KernelContext& context,
                                                   const std::vector<ScalarPtr>& constants) {
  const bool is_of_bytes = context.call->args[0]->type->id() == arrow::Type::BINARY;
  if (is_of_bytes || constants[1] == nullptr || !constants[1]->is_valid) return nullptr;
  ARROW_ASSIGN_OR_RAISE(
      NumberFormat format,
      MakeFormat(context, static_cast<const arrow::BaseBinaryScalar&>(*constants[1]).view()));
  return std::make_unique<PreparedFormat>(std::move(format));
}

// Formats are literals, which the planner sees to; without one it is NULL, and so is the result.
const NumberFormat& FormatOf(const KernelContext& context) {
  return static_cast<const PreparedFormat&>(*context.state).format;
}

template <bool kNullIfWrong>
Result<Datum> ToNumber(const KernelContext& context, const Args& args) {
  if (context.state == nullptr) return Datum(arrow::MakeNullScalar(context.type()));
  const NumberFormat& format = FormatOf(context);
  const ColumnView<Text> texts(args[0]);
  arrow::Decimal128Builder builder(context.type());
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!texts.IsValid(row)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
      continue;
    }
    const std::optional<Decimal128> number = format.Parse(texts[row]);
    if (!number.has_value() && !kNullIfWrong) {
      return context.Error("INVALID_FORMAT.MISMATCH_INPUT",
                           fmt::format("not of the format: {}", Printable(texts[row])),
                           "try_to_number gives NULL for such text");
    }
    ARROW_RETURN_NOT_OK(number.has_value() ? builder.Append(*number) : builder.AppendNull());
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return Datum(std::move(array));
}

void AppendHex(Text bytes, std::string* out) {
  for (char byte : bytes) *out += fmt::format("{:02X}", static_cast<uint8_t>(byte));
}

Result<Datum> BytesToText(const KernelContext& context, const Args& args) {
  return MapToString<Text, Text>(
      context, args, [&](Text bytes, Text format, std::string* out) -> Status {
        if (SameName(format, "base64")) {
          AppendBase64(bytes, out);
        } else if (SameName(format, "hex")) {
          AppendHex(bytes, out);
        } else if (!SameName(format, "utf-8")) {
          return context.Error("INVALID_PARAMETER_VALUE.BINARY_FORMAT",
                               fmt::format("unknown format: {}", Printable(format)),
                               "there are base64, hex and utf-8");
        } else if (!IsUtf8(bytes)) {
          return context.Error("MALFORMED_CHARACTER_CODING", "bytes that are not UTF-8",
                               "write them as base64 or hex");
        } else {
          out->append(bytes);
        }
        return Status::OK();
      });
}

Result<Datum> ToChar(const KernelContext& context, const Args& args) {
  if (args[0].type()->id() == arrow::Type::BINARY) return BytesToText(context, args);
  if (context.state == nullptr) return Datum(arrow::MakeNullScalar(context.type()));
  const NumberFormat& format = FormatOf(context);
  const int scale = static_cast<const arrow::DecimalType&>(*args[0].type()).scale();
  return MapToString<Decimal128>(
      context, {args[0]},
      [&](const Decimal128& number, std::string* out) { format.Append(number, scale, out); });
}

}  // namespace

std::span<const NamedKernel> NumberFormatKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"to_number", ToNumber<false>, PrepareFormat},
      {"try_to_number", ToNumber<true>, PrepareFormat},
      {"to_char", ToChar, PrepareFormat},
      {"format_string", FormatString},
  };
  return kKernels;
}

}  // namespace tarn::local
