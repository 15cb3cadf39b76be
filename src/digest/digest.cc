#include "digest/digest.h"

#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include <array>
#include <initializer_list>

namespace tarn::digest {
namespace {

const nettle_hash& HashOf(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kMd5:
      return nettle_md5;
    case Algorithm::kSha1:
      return nettle_sha1;
    case Algorithm::kSha224:
      return nettle_sha224;
    case Algorithm::kSha256:
      return nettle_sha256;
    case Algorithm::kSha384:
      return nettle_sha384;
    case Algorithm::kSha512:
      return nettle_sha512;
  }
  return nettle_sha256;
}

// The state of any of the algorithms.
union State {
  md5_ctx md5;
  sha1_ctx sha1;
  sha256_ctx sha256;
  sha512_ctx sha512;
};

const uint8_t* Bytes(std::string_view data) {
  return reinterpret_cast<const uint8_t*>(data.data());
}

void AppendHashOf(const nettle_hash& hash, std::initializer_list<std::string_view> parts,
                  std::string* out) {
  State state;
  hash.init(&state);
  for (std::string_view part : parts) hash.update(&state, part.size(), Bytes(part));
  std::array<uint8_t, SHA512_DIGEST_SIZE> digest;
  hash.digest(&state, hash.digest_size, digest.data());
  out->append(reinterpret_cast<const char*>(digest.data()), hash.digest_size);
}

constexpr std::array<uint32_t, 256> kCrcOfByte = [] {
  constexpr uint32_t kPolynomial = 0xEDB88320;
  std::array<uint32_t, 256> table = {};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? kPolynomial : 0);
    table[byte] = crc;
  }
  return table;
}();

}  // namespace

void AppendHash(Algorithm algorithm, std::string_view data, std::string* out) {
  AppendHashOf(HashOf(algorithm), {data}, out);
}

void AppendHmac(Algorithm algorithm, std::string_view key, std::string_view data,
                std::string* out) {
  const nettle_hash& hash = HashOf(algorithm);
  std::string block;
  if (key.size() > hash.block_size) {
    AppendHashOf(hash, {key}, &block);
  } else {
    block = key;
  }
  block.resize(hash.block_size, '\0');
  const auto masked = [&block](char mask) {
    std::string result = block;
    for (char& byte : result) byte = static_cast<char>(byte ^ mask);
    return result;
  };
  std::string inner;
  AppendHashOf(hash, {masked(0x36), data}, &inner);
  AppendHashOf(hash, {masked(0x5c), inner}, out);
}

uint32_t Crc32(std::string_view data) {
  uint32_t crc = ~uint32_t{0};
  for (char byte : data) crc = crc >> 8 ^ kCrcOfByte[(crc ^ static_cast<uint8_t>(byte)) & 0xFF];
  return ~crc;
}

void AppendHex(std::string_view bytes, std::string_view digits, std::string* out) {
  for (char byte : bytes) {
    *out += digits[static_cast<uint8_t>(byte) >> 4];
    *out += digits[static_cast<uint8_t>(byte) & 15];
  }
}

}  // namespace tarn::digest
