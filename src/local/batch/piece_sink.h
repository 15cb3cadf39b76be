#pragma once

#include <cstdint>
#include <memory>

#include "base/error.h"
#include "local/batch/batch.h"

namespace tarn::local {

/// \brief Takes the output of a source or an operator: numbered pieces, each with any number of
/// batches, its parts.
///
/// The order of rows is that of the pieces' numbers and, in a piece, that of its parts, whatever
/// order they come in. An error stands in the place of the rows that there are none for, so that
/// the first one in the order of rows is reported whatever the threads did. Threads: any number at
/// once; calls for one piece come one after the other.
class PieceSink {
 public:
  virtual ~PieceSink() = default;

  /// \brief There are pieces 0 to num_pieces - 1. Called once, at any time.
  virtual void SetNumPieces(int64_t num_pieces) = 0;

  /// \brief The next part of piece `number`; more may follow, unless it is an error.
  virtual void Push(int64_t number, Result<BatchPtr> part) = 0;

  /// \brief Piece `number` has no more parts. Called once per piece.
  virtual void Complete(int64_t number) = 0;

  /// \brief Whether what is pushed is ignored from now on: a LIMIT has its rows, or an error ended
  /// it all. Pieces may, but need not, be pushed or completed then.
  virtual bool IsClosed() const = 0;
};

using PieceSinkPtr = std::shared_ptr<PieceSink>;

}  // namespace tarn::local
