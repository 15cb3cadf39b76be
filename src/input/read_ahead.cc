#include "input/read_ahead.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "base/self_time.h"

namespace tarn::input {
namespace {

constexpr int64_t kReadBytes = 1 << 20;
constexpr size_t kPiecesMax = 8;

class ReadAheadStream final : public ByteStream {
 public:
  explicit ReadAheadStream(std::unique_ptr<ByteStream> stream)
      : stream_(std::move(stream)), thread_([this, time = SelfTime::Current()] {
          const SelfTime::Scope scope(time);
          ReadPieces();
        }) {}

  ~ReadAheadStream() override {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  Result<int64_t> Read(int64_t capacity, uint8_t* out) override {
    int64_t total = 0;
    while (total < capacity) {
      if (begin_ == taken_.bytes.size()) {
        ARROW_ASSIGN_OR_RAISE(const bool more, TakePiece());
        if (!more) break;
      }
      const auto length = std::min<int64_t>(capacity - total, taken_.bytes.size() - begin_);
      std::memcpy(out + total, taken_.bytes.data() + begin_, length);
      begin_ += length;
      total += length;
    }
    return total;
  }

  std::string damage() const override { return taken_.damage; }
  int64_t num_file_bytes() const override { return taken_.num_file_bytes; }

 private:
  struct Piece {
    Status status;
    std::vector<uint8_t> bytes;
    std::string damage;
    int64_t num_file_bytes = 0;
    bool is_last = false;
  };

  Result<bool> TakePiece() {
    if (taken_.is_last) return taken_.status.ok() ? Result<bool>(false) : taken_.status;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !pieces_.empty(); });
    taken_ = std::move(pieces_.front());
    pieces_.pop_front();
    changed_.notify_all();
    begin_ = 0;
    ARROW_RETURN_NOT_OK(taken_.status);
    return !taken_.bytes.empty() || !taken_.is_last;
  }

  void ReadPieces() {
    for (bool is_last = false; !is_last;) {
      Piece piece;
      piece.bytes.resize(kReadBytes);
      const Result<int64_t> length = stream_->Read(kReadBytes, piece.bytes.data());
      piece.status = length.status();
      piece.bytes.resize(length.ok() ? *length : 0);
      piece.damage = stream_->damage();
      piece.num_file_bytes = stream_->num_file_bytes();
      piece.is_last = is_last = !length.ok() || *length < kReadBytes;
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopped_ || pieces_.size() < kPiecesMax; });
      if (stopped_) return;
      pieces_.push_back(std::move(piece));
      changed_.notify_all();
    }
  }

  const std::unique_ptr<ByteStream> stream_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Piece> pieces_;
  bool stopped_ = false;

  Piece taken_;  // the reader's own
  size_t begin_ = 0;

  std::thread thread_;  // last: it uses the others
};

}  // namespace

std::unique_ptr<ByteStream> ReadAhead(std::unique_ptr<ByteStream> stream) {
  return std::make_unique<ReadAheadStream>(std::move(stream));
}

}  // namespace tarn::input
