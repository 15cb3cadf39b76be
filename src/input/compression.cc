#include "input/compression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.h"
#include "input/utf16_text.h"

namespace tarn::input {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  std::string_view name;
  std::string_view extension;
  std::optional<Compression> compression;  ///< none: not read
};

constexpr std::array kMagics = {
    Magic{"\x1F\x8B"sv, "gzip", ".gz", Compression::kGzip},
    Magic{"\x28\xB5\x2F\xFD"sv, "zstd", ".zst", Compression::kZstd},
    Magic{"BZh"sv, "bzip2", ".bz2", Compression::kBzip2},
    Magic{"\x04\x22\x4D\x18"sv, "lz4", ".lz4", Compression::kLz4},
    Magic{"\xFF\x06\x00\x00sNaPpY"sv, "snappy", ".snappy", std::nullopt},
    Magic{"\xFD"
          "7zXZ\x00"sv,
          "xz", ".xz", std::nullopt},
    Magic{"PK\x03\x04"sv, "zip", ".zip", std::nullopt},
    Magic{"PAR1"sv, "Parquet", ".parquet", std::nullopt},
    Magic{"Obj\x01"sv, "Avro", ".avro", std::nullopt},
};

// Zstandard's frames that hold no data may come first; lz4 has the same ones.
bool IsSkippableFrame(std::string_view head) {
  return head.size() >= 4 && (head[0] & 0xF0) == 0x50 && head.substr(1, 3) == "\x2A\x4D\x18"sv;
}

bool HasExtension(std::string_view path, std::string_view extension) {
  return path.size() >= extension.size() &&
         SameName(path.substr(path.size() - extension.size()), extension);
}

// What a JSON text can begin with, byte-order marks included.
bool LooksLikeText(std::string_view head) {
  if (head.empty() || head.starts_with("\xEF\xBB\xBF") || BeginsWithUtf16Mark(head)) return true;
  const auto c = static_cast<unsigned char>(head[0]);
  return (c >= 0x20 && c < 0x7F) || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

std::string_view NameOf(Compression compression) {
  for (const Magic& magic : kMagics) {
    if (magic.compression == compression) return magic.name;
  }
  return "none";
}

Result<Compression> DetectCompression(std::string_view head, std::string_view path) {
  for (const Magic& magic : kMagics) {
    if (!head.starts_with(magic.bytes)) continue;
    if (magic.compression.has_value()) return *magic.compression;
    return MakeError(
        ErrorKind::kBadInput,
        fmt::format("this is {} data, which is not read as JSON; write it as plain text, "
                    "gzip, zstd, bzip2 or lz4",
                    magic.name));
  }
  const bool is_text = LooksLikeText(head);
  for (const Magic& magic : kMagics) {
    if (!HasExtension(path, magic.extension)) continue;
    if (IsSkippableFrame(head) && magic.compression.has_value()) return *magic.compression;
    if (is_text) continue;
    return MakeError(
        ErrorKind::kBadInput,
        fmt::format("the name says {}, but the file begins with other bytes; it may be "
                    "corrupt",
                    magic.name));
  }
  return IsSkippableFrame(head) ? Compression::kZstd : Compression::kNone;
}

}  // namespace tarn::input
