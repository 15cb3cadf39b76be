#include <optional>

#include "base/ascii.h"
#include "plan/build_expr.h"
#include "plan/functions/family_internal.h"

// Encryption. Keys, texts and what they become are bytes.
namespace tarn::plan {
namespace {

std::optional<std::string_view> TextOfLiteral(const Expr& expr) {
  if (!IsLiteral(expr) || !expr.literal->is_valid) return std::nullopt;
  return static_cast<const arrow::BaseBinaryScalar&>(*expr.literal).view();
}

// Without an IV, in the modes that have one.
bool TakesRandomIv(const Expr& call) {
  constexpr size_t kMode = 2, kIv = 4;
  const bool has_mode = call.args.size() > kMode;
  const std::optional<std::string_view> mode =
      has_mode ? TextOfLiteral(*call.args[kMode]) : std::nullopt;
  if (mode && SameName(*mode, "ECB")) return false;
  return call.args.size() <= kIv || TextOfLiteral(*call.args[kIv]) == "";
}

constexpr Function kCipherFunctions[] = {
    {.name = "aes_encrypt",
     .signature = "aes_encrypt(BINARY, key BINARY[, mode STRING[, padding STRING[, iv BINARY[, aad "
                  "BINARY]]]])",
     .help = "encrypted by AES, by a key of 16, 24 or 32 bytes, mode GCM, CBC or ECB; without an "
             "IV of 12 (GCM) or 16 bytes (CBC), which stands before it, another one each time",
     .example = "hex(aes_encrypt('tarn', '0000111122223333', 'GCM', 'DEFAULT', '123456789012'))",
     .num_args = {2, 6},
     .resolve = Takes<Bytes(Bytes, Bytes, String, String, Bytes, Bytes)>,
     .traits = {.is_random = TakesRandomIv, .shows_arguments = false}},
    {.name = "aes_decrypt",
     .signature = "aes_decrypt(BINARY, key BINARY[, mode STRING[, padding STRING[, aad BINARY]]])",
     .help = "what aes_encrypt made it of; an error where it is not that key's, or was changed",
     .example = "string(aes_decrypt(unhex('348FF37EBDE05B7880BA339068FBDA5E'), '0000111122223333', "
                "'ECB'))",
     .num_args = {2, 5},
     .resolve = Takes<Bytes(Bytes, Bytes, String, String, Bytes)>,
     .traits = {.shows_arguments = false}},
    {.name = "try_aes_decrypt",
     .signature =
         "try_aes_decrypt(BINARY, key BINARY[, mode STRING[, padding STRING[, aad BINARY]]])",
     .help = "as aes_decrypt; NULL where that is an error, or one of its arguments",
     .example = "try_aes_decrypt(unhex('00'), '0000111122223333')",
     .num_args = {2, 5},
     .resolve = Takes<Bytes(Bytes, Bytes, String, String, Bytes)>,
     .traits = {.may_fail = false, .nullability = Nullability::kAlways, .catches_errors = true}},
};

}  // namespace

std::span<const Function> CipherFunctions() { return kCipherFunctions; }

}  // namespace tarn::plan
