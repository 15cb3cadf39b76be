#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace tarn {

/// \brief Puts parts of numbered pieces, which come in any order of pieces, into the pieces' order.
///
/// Threads: one at a time.
template <class T>
class InOrder {
 public:
  /// \brief The next part of piece `number`.
  void Add(int64_t number, T part) { pieces_[number].parts.push_back(std::move(part)); }

  /// \brief Piece `number` has no more parts.
  void Complete(int64_t number) { pieces_[number].is_complete = true; }

  /// \brief The next part in order; nothing while it is not there.
  std::optional<T> Take() {
    for (auto piece = pieces_.begin(); piece != pieces_.end() && piece->first == next_;
         piece = pieces_.erase(piece), ++next_) {
      if (std::optional<T> part = TakePart(&piece->second)) return part;
      if (!piece->second.is_complete) break;
    }
    return std::nullopt;
  }

  /// \brief The next part of those that are there, whatever is missing before it.
  std::optional<T> TakeAny() {
    for (auto piece = pieces_.begin(); piece != pieces_.end(); piece = pieces_.erase(piece)) {
      if (std::optional<T> part = TakePart(&piece->second)) return part;
    }
    return std::nullopt;
  }

  /// \brief The piece of the part that was taken last, or, when nothing was there to take, the one
  /// that is waited for.
  int64_t next() const { return next_; }

 private:
  struct Piece {
    std::vector<T> parts;
    size_t num_taken = 0;
    bool is_complete = false;
  };

  static std::optional<T> TakePart(Piece* piece) {
    if (piece->num_taken < piece->parts.size()) return std::move(piece->parts[piece->num_taken++]);
    piece->parts.clear();
    piece->num_taken = 0;
    return std::nullopt;
  }

  std::map<int64_t, Piece> pieces_;
  int64_t next_ = 0;
};

}  // namespace tarn
