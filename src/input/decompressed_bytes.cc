#include <arrow/util/compression.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "input/compression.h"

namespace tarn::input {
namespace {

constexpr int64_t kCompressedPieceBytes = 256 << 10;

arrow::Compression::type TypeOf(Compression compression) {
  switch (compression) {
    case Compression::kGzip:
      return arrow::Compression::GZIP;
    case Compression::kZstd:
      return arrow::Compression::ZSTD;
    case Compression::kBzip2:
      return arrow::Compression::BZ2;
    case Compression::kLz4:
      return arrow::Compression::LZ4_FRAME;
    case Compression::kNone:
      break;
  }
  return arrow::Compression::UNCOMPRESSED;
}

class DecompressedBytes final : public ByteStream {
 public:
  DecompressedBytes(Compression compression, std::unique_ptr<ByteStream> compressed,
                    std::unique_ptr<arrow::util::Codec> codec,
                    std::shared_ptr<arrow::util::Decompressor> decompressor)
      : name_(NameOf(compression)),
        compressed_(std::move(compressed)),
        codec_(std::move(codec)),
        decompressor_(std::move(decompressor)),
        piece_(kCompressedPieceBytes) {}

  Result<int64_t> Read(int64_t capacity, uint8_t* out) override {
    int64_t total = 0;
    while (total < capacity && !ended_) {
      ARROW_RETURN_NOT_OK(Fill());
      if (ended_) break;
      ARROW_ASSIGN_OR_RAISE(const int64_t got, Step(capacity - total, out + total));
      total += got;
    }
    return total;
  }

  std::string damage() const override { return damage_; }
  int64_t num_file_bytes() const override { return compressed_->num_file_bytes(); }

 private:
  // More input where there is none; after a member, the next one.
  Status Fill() {
    if (begin_ == end_ && !input_ended_) {
      ARROW_ASSIGN_OR_RAISE(end_, compressed_->Read(kCompressedPieceBytes, piece_.data()));
      begin_ = 0;
      input_ended_ = end_ < kCompressedPieceBytes;
    }
    if (!decompressor_->IsFinished()) return Status::OK();
    // Files are padded with zeros on tapes and by some writers.
    if (std::all_of(piece_.begin() + begin_, piece_.begin() + end_,
                    [](char c) { return c == 0; })) {
      begin_ = end_;
      ended_ = input_ended_;
      return Status::OK();
    }
    return decompressor_->Reset();
  }

  Result<int64_t> Step(int64_t capacity, uint8_t* out) {
    auto step = decompressor_->Decompress(end_ - begin_, piece_.data() + begin_, capacity, out);
    if (!step.ok()) {
      const std::string message = MessageOf(step.status());
      // What zstd says of a window that is larger than its decoder takes.
      if (message.find("too much memory") != std::string::npos) {
        End(
            fmt::format("the zstd data needs a window of more than 128 MiB at about byte {} of the "
                        "file; compress it again without --long",
                        position()));
      } else {
        End(fmt::format("corrupt {} data at about byte {} of the file ({})", name_, position(),
                        message));
      }
      return 0;
    }
    begin_ += step->bytes_read;
    if (step->bytes_read > 0 || step->bytes_written > 0) return step->bytes_written;
    if (decompressor_->IsFinished()) return 0;
    if (begin_ == end_ && input_ended_) {
      End(fmt::format("the {} data is cut short: it ends at byte {} of the file", name_,
                      position()));
    } else if (begin_ < end_) {
      End(fmt::format("corrupt {} data at about byte {} of the file", name_, position()));
    }
    return 0;
  }

  int64_t position() const { return compressed_->num_file_bytes() - (end_ - begin_); }

  void End(std::string damage) {
    ended_ = true;
    damage_ = std::move(damage);
  }

  const std::string_view name_;
  const std::unique_ptr<ByteStream> compressed_;
  const std::unique_ptr<arrow::util::Codec> codec_;
  const std::shared_ptr<arrow::util::Decompressor> decompressor_;
  std::vector<uint8_t> piece_;
  int64_t begin_ = 0;  // of what is not yet decompressed, in piece_
  int64_t end_ = 0;
  bool input_ended_ = false;
  bool ended_ = false;
  std::string damage_;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> Decompress(Compression compression,
                                               std::unique_ptr<ByteStream> compressed) {
  ARROW_ASSIGN_OR_RAISE(auto codec, arrow::util::Codec::Create(TypeOf(compression)));
  ARROW_ASSIGN_OR_RAISE(auto decompressor, codec->MakeDecompressor());
  return std::make_unique<DecompressedBytes>(compression, std::move(compressed), std::move(codec),
                                             std::move(decompressor));
}

}  // namespace tarn::input
