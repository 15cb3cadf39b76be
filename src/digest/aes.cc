#include "digest/aes.h"

#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/gcm.h>
#include <nettle/memops.h>
#include <nettle/nettle-meta.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace tarn::digest {
namespace {

using Block = std::array<uint8_t, kAesBlockBytes>;

const uint8_t* AesBytes(std::string_view data) {
  return reinterpret_cast<const uint8_t*>(data.data());
}

// A key of any of the three sizes, made ready for one direction.
class Cipher {
 public:
  Cipher(std::string_view key, bool decrypts)
      : cipher_(key.size() == 16   ? nettle_aes128
                : key.size() == 24 ? nettle_aes192
                                   : nettle_aes256),
        function_(decrypts ? cipher_.decrypt : cipher_.encrypt) {
    (decrypts ? cipher_.set_decrypt_key : cipher_.set_encrypt_key)(&state_, AesBytes(key));
  }

  const void* state() const { return &state_; }
  nettle_cipher_func* function() const { return function_; }

 private:
  union State {
    aes128_ctx aes128;
    aes192_ctx aes192;
    aes256_ctx aes256;
  };

  const nettle_cipher& cipher_;
  nettle_cipher_func* function_;
  State state_;
};

// The last `num_bytes` of `out`, which are added to it.
uint8_t* Grow(size_t num_bytes, std::string* out) {
  out->resize(out->size() + num_bytes);
  return reinterpret_cast<uint8_t*>(out->data()) + out->size() - num_bytes;
}

// Whole blocks of kEcb or kCbc.
void CryptBlocks(const AesParameters& parameters, std::string_view data, bool decrypts,
                 std::string* out) {
  const Cipher cipher(parameters.key, decrypts);
  uint8_t* bytes = Grow(data.size(), out);
  if (parameters.mode == AesMode::kEcb) {
    cipher.function()(cipher.state(), data.size(), bytes, AesBytes(data));
    return;
  }
  Block iv;
  std::memcpy(iv.data(), parameters.iv.data(), iv.size());
  (decrypts ? nettle_cbc_decrypt : nettle_cbc_encrypt)(
      cipher.state(), cipher.function(), iv.size(), iv.data(), data.size(), bytes, AesBytes(data));
}

// The padding's length; 0: there is none.
size_t PaddingOf(std::string_view padded) {
  const auto size = padded.empty() ? size_t{0} : static_cast<uint8_t>(padded.back());
  if (size == 0 || size > kAesBlockBytes || size > padded.size()) return 0;
  const bool is_padding =
      padded.substr(padded.size() - size) == std::string(size, static_cast<char>(size));
  return is_padding ? size : 0;
}

// Both directions of kGcm, which needs the key's encryption alone.
class Gcm {
 public:
  explicit Gcm(const AesParameters& parameters) : cipher_(parameters.key, false) {
    gcm_set_key(&key_, cipher_.state(), cipher_.function());
    gcm_set_iv(&state_, &key_, parameters.iv.size(), AesBytes(parameters.iv));
    gcm_update(&state_, &key_, parameters.additional_data.size(),
               AesBytes(parameters.additional_data));
  }

  void Encrypt(std::string_view data, std::string* out) {
    gcm_encrypt(&state_, &key_, cipher_.state(), cipher_.function(), data.size(),
                Grow(data.size(), out), AesBytes(data));
  }

  void Decrypt(std::string_view data, std::string* out) {
    gcm_decrypt(&state_, &key_, cipher_.state(), cipher_.function(), data.size(),
                Grow(data.size(), out), AesBytes(data));
  }

  Block Tag() {
    Block tag;
    gcm_digest(&state_, &key_, cipher_.state(), cipher_.function(), tag.size(), tag.data());
    return tag;
  }

 private:
  Cipher cipher_;
  gcm_key key_;
  gcm_ctx state_;
};

AesFault AppendGcmDecrypted(const AesParameters& parameters, std::string_view data,
                            std::string* out) {
  if (data.size() < kAesTagBytes) return AesFault::kNoTag;
  const std::string_view tag = data.substr(data.size() - kAesTagBytes);
  const size_t before = out->size();
  Gcm gcm(parameters);
  gcm.Decrypt(data.substr(0, data.size() - kAesTagBytes), out);
  const Block expected = gcm.Tag();
  if (nettle_memeql_sec(expected.data(), tag.data(), kAesTagBytes) == 1) return AesFault::kNone;
  out->resize(before);
  return AesFault::kTag;
}

}  // namespace

void AppendAesEncrypted(const AesParameters& parameters, std::string_view data, std::string* out) {
  if (parameters.mode == AesMode::kGcm) {
    Gcm gcm(parameters);
    gcm.Encrypt(data, out);
    const Block tag = gcm.Tag();
    out->append(reinterpret_cast<const char*>(tag.data()), tag.size());
    return;
  }
  std::string padded(data);
  const size_t padding = kAesBlockBytes - data.size() % kAesBlockBytes;
  padded.append(padding, static_cast<char>(padding));
  CryptBlocks(parameters, padded, false, out);
}

AesFault AppendAesDecrypted(const AesParameters& parameters, std::string_view data,
                            std::string* out) {
  if (parameters.mode == AesMode::kGcm) return AppendGcmDecrypted(parameters, data, out);
  if (data.size() % kAesBlockBytes != 0) return AesFault::kLength;
  const size_t before = out->size();
  CryptBlocks(parameters, data, true, out);
  const size_t padding = PaddingOf(std::string_view(*out).substr(before));
  out->resize(padding == 0 ? before : out->size() - padding);
  return padding == 0 && !data.empty() ? AesFault::kPadding : AesFault::kNone;
}

Status AppendRandomBytes(size_t num_bytes, std::string* out) {
  uint8_t* bytes = Grow(num_bytes, out);
  if (::getrandom(bytes, num_bytes, 0) == static_cast<ssize_t>(num_bytes)) return Status::OK();
  return MakeError(ErrorKind::kFailed,
                   fmt::format("The kernel returns no random bytes: {}", std::strerror(errno)));
}

}  // namespace tarn::digest
