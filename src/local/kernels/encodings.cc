#include "base/ascii.h"
#include "base/printable_text.h"
#include "base/utf8.h"
#include "local/kernels/base_text_internal.h"
#include "local/kernels/charsets_internal.h"
#include "local/kernels/column_view_internal.h"

// Text as bytes and bytes as text.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;
using Text = std::string_view;

Status NotThisFormat(const KernelContext& context, Text text, std::string_view format) {
  return context.Error("CONVERSION_INVALID_INPUT",
                       fmt::format("'{}' is not {}", PrintableStart(text), format),
                       "try_to_binary gives NULL for what is malformed");
}

Result<Datum> Base64(const KernelContext& context, const Args& args) {
  return MapToString<Text>(context, args, AppendBase64);
}

Result<Datum> FromBase64(const KernelContext& context, const Args& args) {
  return MapToString<Text>(context, args, [&](Text text, std::string* out) {
    return AppendFromBase64(text, out) ? Status::OK() : NotThisFormat(context, text, "Base64");
  });
}

Result<Datum> Base32(const KernelContext& context, const Args& args) {
  return MapToString<Text>(context, args, AppendBase32);
}

Result<Datum> FromBase32(const KernelContext& context, const Args& args) {
  return MapToString<Text>(context, args, AppendFromBase32);
}

using Recode = bool (*)(Text text, Charset charset, std::string* out);

Result<Datum> RecodeText(const KernelContext& context, const Args& args, Recode recode) {
  return MapToString<Text, Text>(
      context, args, [&](Text text, Text name, std::string* out) -> Status {
        const std::optional<Charset> charset = CharsetNamed(name);
        if (!charset.has_value()) {
          return context.Error("INVALID_PARAMETER_VALUE.CHARSET",
                               fmt::format("unknown charset: {}", PrintableStart(name)),
                               "there are iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32 "
                               "and utf-8");
        }
        if (recode(text, *charset, out)) return CheckTextBytes(std::ssize(*out));
        return context.Error("MALFORMED_CHARACTER_CODING",
                             fmt::format("not of the charset {}: {}", name, PrintableStart(text)),
                             "filter such values out, or name another charset");
      });
}

Result<Datum> EncodeText(const KernelContext& context, const Args& args) {
  return RecodeText(context, args, Encode);
}

Result<Datum> DecodeText(const KernelContext& context, const Args& args) {
  return RecodeText(context, args, Decode);
}

Result<Datum> IsValidUtf8(const KernelContext& context, const Args& args) {
  return MapToBoolean<Text>(context, args, IsUtf8);
}

Result<Datum> MakeValidUtf8(const KernelContext& context, const Args& args) {
  return MapToString<Text>(context, args, AppendValidUtf8);
}

Result<Datum> ValidateUtf8(const KernelContext& context, const Args& args) {
  return MapToString<Text>(context, args, [&](Text text, std::string* out) -> Status {
    if (!IsUtf8(text)) {
      return context.Error("INVALID_UTF8_STRING",
                           "text that is not UTF-8: " + EscapeNonUtf8(PrintableStart(text)),
                           "make_valid_utf8 replaces what is not");
    }
    out->append(text);
    return Status::OK();
  });
}

Result<Datum> TryValidateUtf8(const KernelContext& context, const Args& args) {
  return MapToString<Text>(context, args, [](Text text, std::string* out) {
    out->append(text);
    return IsUtf8(text);
  });
}

// The format is a literal, hexadecimal without one.
std::string FormatOf(const Args& args) {
  return args.size() == 2 ? std::string(ColumnView<Text>(args[1])[0]) : "hex";
}

bool IsNullFormat(const Args& args) {
  return args.size() == 2 && !ColumnView<Text>(args[1]).IsValid(0);
}

bool AppendBinary(Text text, Text format, std::string* out) {
  if (SameName(format, "hex")) return AppendFromHex(text, out);
  if (SameName(format, "base64")) return IsBase64(text) && AppendFromBase64(text, out);
  out->append(text);
  return SameName(format, "utf-8") || SameName(format, "utf8");
}

Result<Datum> ToBinary(const KernelContext& context, const Args& args) {
  if (IsNullFormat(args)) return Datum(arrow::MakeNullScalar(context.type()));
  const std::string format = FormatOf(args);
  return MapToString<Text>(context, {args[0]}, [&](Text text, std::string* out) {
    return AppendBinary(text, format, out) ? Status::OK() : NotThisFormat(context, text, format);
  });
}

Result<Datum> TryToBinary(const KernelContext& context, const Args& args) {
  if (IsNullFormat(args)) return Datum(arrow::MakeNullScalar(context.type()));
  const std::string format = FormatOf(args);
  return MapToString<Text>(context, {args[0]}, [&](Text text, std::string* out) {
    return AppendBinary(text, format, out);
  });
}

}  // namespace

std::span<const NamedKernel> EncodingKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"base64", Base64},
      {"unbase64", FromBase64},
      {"to_base32", Base32},
      {"from_base32", FromBase32},
      {"encode", EncodeText},
      {"decode", DecodeText},
      {"is_valid_utf8", IsValidUtf8},
      {"make_valid_utf8", MakeValidUtf8},
      {"validate_utf8", ValidateUtf8},
      {"try_validate_utf8", TryValidateUtf8},
      {"to_binary", ToBinary},
      {"try_to_binary", TryToBinary},
  };
  return kKernels;
}

}  // namespace tarn::local
