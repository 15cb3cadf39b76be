#include "input/text_stream.h"

#include "input/framing.h"
#include "input/utf16_text.h"

namespace tarn::input {
namespace {

constexpr int64_t kHeadBytes = 64 << 10;
constexpr int64_t kHeadBytesMax = 64 << 20;

}  // namespace

Result<TextFile> OpenText(std::unique_ptr<ByteStream> bytes, std::string_view path) {
  TextFile file;
  file.text = std::make_unique<PeekableStream>(std::move(bytes));
  ARROW_ASSIGN_OR_RAISE(std::string_view head, file.text->Peek(kMagicBytes));
  ARROW_ASSIGN_OR_RAISE(file.compression, DetectCompression(head, path));
  if (file.compression != Compression::kNone) {
    ARROW_ASSIGN_OR_RAISE(auto stream, Decompress(file.compression, std::move(file.text)));
    file.text = std::make_unique<PeekableStream>(std::move(stream));
    ARROW_ASSIGN_OR_RAISE(head, file.text->Peek(kMagicBytes));
  }
  file.is_utf16 = BeginsWithUtf16Mark(head);
  if (file.is_utf16) {
    file.text = std::make_unique<PeekableStream>(DecodeUtf16(std::move(file.text)));
  }
  return file;
}

Result<TextHead> PeekHead(PeekableStream* text) {
  for (int64_t length = kHeadBytes;; length *= 8) {
    ARROW_ASSIGN_OR_RAISE(const std::string_view head, text->Peek(length));
    const bool is_whole = static_cast<int64_t>(head.size()) < length;
    if (is_whole || length >= kHeadBytesMax || FirstLine(head).has_value())
      return TextHead{head, is_whole};
  }
}

}  // namespace tarn::input
