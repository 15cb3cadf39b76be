#include "plan/functions/family_internal.h"

// Hashes and checksums.
namespace tarn::plan {
namespace {

// BINARY, or a text's UTF-8.
Result<TypePtr> BytesType(const Arguments& args, size_t position) {
  const TypePtr& type = args[position].type;
  if (type->id() == arrow::Type::NA) return TypePtr(arrow::binary());
  if (type->id() == arrow::Type::BINARY || type->id() == arrow::Type::STRING) return type;
  return WrongType(position, *type, "BINARY");
}

template <typename Result_>
Result<ResolvedFunction> OfBytes(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(TypePtr bytes, BytesType(args, 0));
  return TakeTypes(args, {std::move(bytes)}, Result_::Get());
}

Result<ResolvedFunction> Sha2(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(TypePtr bytes, BytesType(args, 0));
  return TakeTypes(args, {std::move(bytes), arrow::int32()}, arrow::utf8());
}

Result<ResolvedFunction> Hmac(const Arguments& args) {
  ARROW_ASSIGN_OR_RAISE(TypePtr key, BytesType(args, 0));
  ARROW_ASSIGN_OR_RAISE(TypePtr message, BytesType(args, 1));
  return TakeTypes(args, {std::move(key), std::move(message), arrow::utf8()}, arrow::binary());
}

bool HoldsMap(const arrow::DataType& type) {
  if (type.id() == arrow::Type::MAP) return true;
  for (const auto& field : type.fields()) {
    if (HoldsMap(*field->type())) return true;
  }
  return false;
}

// Values of any type as they are. Maps that are equal may differ in order.
template <typename Result_>
Result<ResolvedFunction> OfAnything(const Arguments& args) {
  ResolvedFunction function;
  for (size_t i = 0; i < args.size(); ++i) {
    if (HoldsMap(*args[i].type)) return WrongType(i, *args[i].type, "a type without a MAP");
    function.arg_types.push_back(args[i].type);
  }
  function.type = Result_::Get();
  return function;
}

constexpr Function kHashFunctions[] = {
    {.name = "crc32",
     .signature = "crc32(BINARY)",
     .help = "checksum of bytes or of a text's UTF-8, a BIGINT",
     .example = "crc32('tarn')",
     .num_args = {1, 1},
     .resolve = OfBytes<BigInt>,
     .traits = kTotal},
    {.name = "md5",
     .signature = "md5(BINARY)",
     .help = "MD5 in 32 hexadecimal digits",
     .example = "md5('tarn')",
     .num_args = {1, 1},
     .resolve = OfBytes<String>,
     .traits = kTotal},
    {.name = "sha1",
     .aliases = {"sha"},
     .signature = "sha1(BINARY)",
     .help = "SHA-1 in 40 hexadecimal digits",
     .example = "sha1('tarn')",
     .num_args = {1, 1},
     .resolve = OfBytes<String>,
     .traits = kTotal},
    {.name = "sha2",
     .signature = "sha2(BINARY, bits INT)",
     .help = "SHA-2 of 224, 256 (or 0), 384 or 512 bits in hexadecimal digits; NULL for other bits",
     .example = "sha2('tarn', 256)",
     .num_args = {2, 2},
     .resolve = Sha2,
     .traits = {.may_fail = false, .nullability = Nullability::kAlways}},
    {.name = "hmac",
     .signature = "hmac(key BINARY, message BINARY[, algorithm STRING])",
     .help = "message authentication code, of SHA-256 unless said; also MD5, SHA-1 and SHA-2",
     .example = "hmac(binary('key'), binary('message'))",
     .num_args = {2, 3},
     .resolve = Hmac,
     .traits = {.shows_arguments = false}},
    {.name = "hash",
     .signature = "hash(a, …)",
     .help = "Spark's Murmur3 hash of all arguments, an INT",
     .example = "hash('tarn', 42)",
     .num_args = {1, Function::kVariadic},
     .resolve = OfAnything<Int>,
     .traits = kNeverNull},
    {.name = "xxhash64",
     .signature = "xxhash64(a, …)",
     .help = "Spark's XXH64 hash of all arguments, a BIGINT",
     .example = "xxhash64('tarn', 42)",
     .num_args = {1, Function::kVariadic},
     .resolve = OfAnything<BigInt>,
     .traits = kNeverNull},
};

}  // namespace

std::span<const Function> HashFunctions() { return kHashFunctions; }

}  // namespace tarn::plan
