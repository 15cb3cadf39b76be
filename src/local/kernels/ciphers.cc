#include <optional>

#include "base/ascii.h"
#include "base/printable_text.h"
#include "digest/aes.h"
#include "local/kernels/column_view_internal.h"

// Encryption.
namespace tarn::local {
namespace {

using arrow::Datum;
using digest::AesFault;
using digest::AesMode;
using Args = std::vector<Datum>;
using Bytes = std::string_view;
using Text = std::string_view;

// The mode of these words; none where there is none of that padding.
std::optional<AesMode> ModeOf(Text mode, Text padding) {
  const bool is_default = SameName(padding, "DEFAULT");
  if (SameName(mode, "GCM") && (is_default || SameName(padding, "NONE"))) return AesMode::kGcm;
  if (!is_default && !SameName(padding, "PKCS")) return std::nullopt;
  if (SameName(mode, "CBC")) return AesMode::kCbc;
  return SameName(mode, "ECB") ? std::optional(AesMode::kEcb) : std::nullopt;
}

Status WrongKey(const KernelContext& context, size_t num_bytes) {
  return context.Error("INVALID_PARAMETER_VALUE.AES_KEY_LENGTH",
                       fmt::format("a key of {} bytes", num_bytes),
                       "AES takes keys of 16, 24 or 32 bytes");
}

Status WrongMode(const KernelContext& context, Text mode, Text padding) {
  return context.Error("UNSUPPORTED_FEATURE.AES_MODE",
                       fmt::format("no mode of AES: {} with the padding {}", PrintableStart(mode),
                                   PrintableStart(padding)),
                       "write 'GCM', 'CBC' or 'ECB', and leave the padding out");
}

Status WrongInput(const KernelContext& context, Text reason) {
  return context.Error("INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR",
                       fmt::format("this is nothing that the key has encrypted: {}", reason),
                       "check key, mode and AAD; try_aes_decrypt gives NULL for it");
}

// The words and keys of one row, checked.
Result<digest::AesParameters> ParametersOf(const KernelContext& context, Bytes key, Text mode,
                                           Text padding) {
  if (!digest::IsAesKeySize(key.size())) return WrongKey(context, key.size());
  const std::optional<AesMode> known = ModeOf(mode, padding);
  if (!known) return WrongMode(context, mode, padding);
  return digest::AesParameters{*known, key, {}, {}};
}

Status AadOnlyInGcm(const KernelContext& context) {
  return context.Error("UNSUPPORTED_FEATURE.AES_MODE_AAD", "only the mode GCM takes an AAD",
                       "leave it out, or write 'GCM'");
}

// What encryption is told besides, checked.
Status CheckIvAndAad(const KernelContext& context, AesMode mode, Bytes iv, Bytes aad) {
  if (!iv.empty() && digest::AesIvBytes(mode) == 0) {
    return context.Error("UNSUPPORTED_FEATURE.AES_MODE_IV", "the mode ECB takes no IV",
                         "leave it out, or write 'CBC' or 'GCM'");
  }
  if (!iv.empty() && iv.size() != digest::AesIvBytes(mode)) {
    return context.Error("INVALID_PARAMETER_VALUE.AES_IV_LENGTH",
                         fmt::format("an IV of {} bytes", iv.size()),
                         "GCM takes one of 12 bytes, CBC one of 16");
  }
  return aad.empty() || mode == AesMode::kGcm ? Status::OK() : AadOnlyInGcm(context);
}

// `args` with what calls may leave out, up to `num_args`: mode, padding, and texts that are empty.
Args WithDefaults(Args args, size_t num_args) {
  static constexpr const char* kDefaults[] = {"GCM", "DEFAULT", "", ""};
  while (args.size() < num_args) {
    args.emplace_back(std::make_shared<arrow::StringScalar>(kDefaults[args.size() - 2]));
  }
  return args;
}

Result<Datum> AesEncrypt(const KernelContext& context, const Args& args) {
  const auto append = [&](Bytes data, Bytes key, Text mode, Text padding, Bytes iv, Bytes aad,
                          std::string* out) -> Status {
    ARROW_ASSIGN_OR_RAISE(digest::AesParameters parameters,
                          ParametersOf(context, key, mode, padding));
    ARROW_RETURN_NOT_OK(CheckIvAndAad(context, parameters.mode, iv, aad));
    const size_t iv_bytes = digest::AesIvBytes(parameters.mode);
    if (iv.empty()) {
      ARROW_RETURN_NOT_OK(digest::AppendRandomBytes(iv_bytes, out));
    } else {
      out->append(iv);
    }
    const std::string stored_iv = *out;
    parameters.iv = stored_iv;
    parameters.additional_data = aad;
    digest::AppendAesEncrypted(parameters, data, out);
    return Status::OK();
  };
  return MapToString<Bytes, Bytes, Text, Text, Bytes, Bytes>(context, WithDefaults(args, 6),
                                                             append);
}

Status Decrypt(const KernelContext& context, digest::AesParameters parameters, Bytes data,
               std::string* out) {
  const size_t iv_bytes = digest::AesIvBytes(parameters.mode);
  if (data.size() < iv_bytes) return WrongInput(context, "it is too short for an IV");
  if (!parameters.additional_data.empty() && parameters.mode == AesMode::kCbc) {
    return AadOnlyInGcm(context);
  }
  parameters.iv = data.substr(0, iv_bytes);
  switch (digest::AppendAesDecrypted(parameters, data.substr(iv_bytes), out)) {
    case AesFault::kNone:
      return Status::OK();
    case AesFault::kLength:
      return WrongInput(context, "its length is no multiple of 16 bytes");
    case AesFault::kPadding:
      return WrongInput(context, "it does not end in padding");
    case AesFault::kNoTag:
      return WrongInput(context, "it is too short for a tag");
    case AesFault::kTag:
      return WrongInput(context, "its tag differs");
  }
  return Status::OK();
}

template <bool kIsTry>
Result<Datum> AesDecrypt(const KernelContext& context, const Args& args) {
  const auto append = [&](Bytes data, Bytes key, Text mode, Text padding, Bytes aad,
                          std::string* out) -> Result<bool> {
    Result<digest::AesParameters> parameters = ParametersOf(context, key, mode, padding);
    Status status = parameters.status();
    if (status.ok()) {
      parameters->additional_data = aad;
      status = Decrypt(context, *parameters, data, out);
    }
    if (status.ok()) return true;
    if (kIsTry) return false;
    return status;
  };
  return MapToString<Bytes, Bytes, Text, Text, Bytes>(context, WithDefaults(args, 5), append);
}

}  // namespace

std::span<const NamedKernel> CipherKernels() {
  static constexpr NamedKernel kTable[] = {
      {"aes_encrypt", AesEncrypt},
      {"aes_decrypt", AesDecrypt<false>},
      {"try_aes_decrypt", AesDecrypt<true>},
  };
  return kTable;
}

}  // namespace tarn::local
