#include "base/ascii.h"
#include "digest/digest.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/spark_hash.h"
#include "local/kernels/spread_internal.h"

// Hashes and checksums.
namespace tarn::local {
namespace {

using arrow::Datum;
using digest::Algorithm;
using Args = std::vector<Datum>;
using Bytes = std::string_view;

Result<Datum> Crc32(const KernelContext& context, const Args& args) {
  return Map<int64_t, Bytes>(context, args,
                             [](Bytes bytes) { return int64_t{digest::Crc32(bytes)}; });
}

void AppendHashText(Algorithm algorithm, Bytes bytes, std::string* out) {
  std::string hash;
  digest::AppendHash(algorithm, bytes, &hash);
  digest::AppendHex(hash, digest::kLowerHexDigits, out);
}

template <Algorithm kAlgorithm>
Result<Datum> HashText(const KernelContext& context, const Args& args) {
  return MapToString<Bytes>(
      context, args, [](Bytes bytes, std::string* out) { AppendHashText(kAlgorithm, bytes, out); });
}

bool Sha2OfBits(int32_t bits, Algorithm* algorithm) {
  switch (bits) {
    case 224:
      *algorithm = Algorithm::kSha224;
      return true;
    case 0:
    case 256:
      *algorithm = Algorithm::kSha256;
      return true;
    case 384:
      *algorithm = Algorithm::kSha384;
      return true;
    case 512:
      *algorithm = Algorithm::kSha512;
      return true;
    default:
      return false;
  }
}

Result<Datum> Sha2(const KernelContext& context, const Args& args) {
  return MapToString<Bytes, int32_t>(context, args,
                                     [](Bytes bytes, int32_t bits, std::string* out) {
                                       Algorithm algorithm;
                                       if (!Sha2OfBits(bits, &algorithm)) return false;
                                       AppendHashText(algorithm, bytes, out);
                                       return true;
                                     });
}

// "sha-256", "SHA256".
bool AlgorithmNamed(std::string_view name, Algorithm* algorithm) {
  static constexpr std::pair<std::string_view, Algorithm> kNames[] = {
      {"MD5", Algorithm::kMd5},       {"SHA1", Algorithm::kSha1},
      {"SHA224", Algorithm::kSha224}, {"SHA256", Algorithm::kSha256},
      {"SHA384", Algorithm::kSha384}, {"SHA512", Algorithm::kSha512}};
  std::string letters;
  for (char c : name) {
    if (c != '-') letters += ToUpper(c);
  }
  for (const auto& [known, its_algorithm] : kNames) {
    if (letters != known) continue;
    *algorithm = its_algorithm;
    return true;
  }
  return false;
}

Result<Datum> Hmac(const KernelContext& context, const Args& given) {
  Args args = given;
  if (args.size() == 2) args.emplace_back(arrow::MakeScalar("SHA-256"));
  ARROW_ASSIGN_OR_RAISE(
      const Datum codes,
      (MapToString<Bytes, Bytes, Bytes>(
          context, args, [&](Bytes key, Bytes message, Bytes name, std::string* out) -> Status {
            Algorithm algorithm;
            if (!AlgorithmNamed(name, &algorithm)) {
              return context.Error("INVALID_PARAMETER_VALUE.HMAC_ALGORITHM",
                                   fmt::format("hmac has no algorithm '{}'", name),
                                   "algorithms are MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512");
            }
            if (key.empty()) {
              return context.Error("INVALID_PARAMETER_VALUE.HMAC_CRYPTO_ERROR", "the key is empty");
            }
            digest::AppendHmac(algorithm, key, message, out);
            return Status::OK();
          })));
  const std::shared_ptr<arrow::ArrayData> data = codes.array()->Copy();
  data->type = arrow::binary();
  return Datum(data);
}

// All arguments of a row, one after the other.
template <typename Value, void (*kAdd)(const arrow::Array&, std::vector<Value>*)>
Result<Datum> ValueHash(const KernelContext& context, const Args& args) {
  std::vector<Value> hashes(static_cast<size_t>(context.num_rows), kSparkHashSeed);
  for (const Datum& arg : args) {
    ARROW_ASSIGN_OR_RAISE(const Datum column, Spread(arg, context.num_rows));
    kAdd(*column.make_array(), &hashes);
  }
  return Datum(arrow::ArrayData::Make(context.type(), context.num_rows,
                                      {nullptr, arrow::Buffer::FromVector(std::move(hashes))}));
}

}  // namespace

std::span<const NamedKernel> HashKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"crc32", Crc32},
      {"md5", HashText<Algorithm::kMd5>},
      {"sha1", HashText<Algorithm::kSha1>},
      {"sha2", Sha2},
      {"hmac", Hmac},
      {"hash", ValueHash<int32_t, AddToMurmur3>},
      {"xxhash64", ValueHash<int64_t, AddToXxHash64>},
  };
  return kKernels;
}

}  // namespace tarn::local
