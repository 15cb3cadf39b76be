#include "local/operators/window_rows.h"

#include <arrow/array.h>

#include <algorithm>
#include <utility>

namespace tarn::local {
namespace {

using Kind = plan::FrameBound::Kind;

// Fills in where runs of equal rows begin and end.
template <class IsSame>
void FindRuns(int64_t num_rows, const IsSame& is_same_as_before, std::vector<int64_t>* begins,
              std::vector<int64_t>* ends) {
  begins->resize(num_rows);
  ends->resize(num_rows);
  for (int64_t row = 0; row < num_rows; ++row) {
    const bool is_same = row > 0 && is_same_as_before(row);
    (*begins)[row] = is_same ? (*begins)[row - 1] : row;
  }
  for (int64_t row = num_rows - 1; row >= 0; --row) {
    const bool ends_here = row + 1 == num_rows || (*begins)[row + 1] == row + 1;
    (*ends)[row] = ends_here ? row + 1 : (*ends)[row + 1];
  }
}

// Encoded order keys of a bound, by row.
class BoundKeys {
 public:
  BoundKeys(const WindowInput& input, const WindowRows& rows, int column)
      : input_(input),
        rows_(rows),
        column_(column),
        keys_(static_cast<const arrow::BinaryArray&>(*rows.rows->column(column))) {}

  Result<std::string_view> Of(int64_t row) const {
    if (keys_.IsValid(row)) return keys_.GetView(row);
    ARROW_RETURN_NOT_OK(input_.BoundError(*rows_.rows, column_, row));
    return Status::UnknownError("the bound of a frame has a value after all");
  }

 private:
  const WindowInput& input_;
  const WindowRows& rows_;
  const int column_;
  const arrow::BinaryArray& keys_;
};

// Frames of ROWS.
WindowFrames FramesByRow(const plan::WindowFrame& frame, const WindowRows& rows) {
  WindowFrames frames;
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    const int64_t first = rows.partition_begin[row], last = rows.partition_end[row];
    const int64_t begin = frame.start.kind == Kind::kUnbounded ? first : row + frame.start.num_rows;
    const int64_t end = frame.end.kind == Kind::kUnbounded ? last : row + frame.end.num_rows + 1;
    frames.begin.push_back(std::clamp(begin, first, last));
    frames.end.push_back(std::max(std::clamp(end, first, last), frames.begin.back()));
  }
  return frames;
}

// Frames of RANGE. Both bounds go forward alone within a partition; a bound is asked for only where
// there is a row to compare with it.
class RangeFrames {
 public:
  RangeFrames(const WindowInput& input, const WindowInput::Call& call,
              const plan::WindowFrame& frame, const WindowRows& rows)
      : frame_(frame), rows_(rows), partition_bytes_(input.PartitionBytes(*rows.rows)) {
    if (call.start >= 0) start_.emplace(input, rows, call.start);
    if (call.end >= 0) end_.emplace(input, rows, call.end);
  }

  Result<WindowFrames> Make() {
    WindowFrames frames;
    for (int64_t row = 0; row < rows_.num_rows(); ++row) {
      if (rows_.partition_begin[row] == row) low_ = high_ = row;
      ARROW_RETURN_NOT_OK(MoveEnd(row));
      ARROW_RETURN_NOT_OK(MoveBegin(row));
      frames.begin.push_back(low_);
      frames.end.push_back(high_);
    }
    return frames;
  }

 private:
  std::string_view OrderKey(int64_t row) const {
    return rows_.keys[row].substr(partition_bytes_[row]);
  }

  Status MoveEnd(int64_t row) {
    const int64_t last = rows_.partition_end[row];
    if (frame_.end.kind == Kind::kUnbounded) {
      high_ = last;
    } else if (frame_.end.kind == Kind::kCurrentRow) {
      high_ = rows_.peers_end[row];
    } else if (high_ < last) {
      ARROW_ASSIGN_OR_RAISE(const std::string_view bound, end_->Of(row));
      while (high_ < last && OrderKey(high_) <= bound) ++high_;
    }
    return Status::OK();
  }

  Status MoveBegin(int64_t row) {
    if (frame_.start.kind == Kind::kUnbounded) return Status::OK();
    if (frame_.start.kind == Kind::kCurrentRow) {
      low_ = std::min(rows_.peers_begin[row], high_);
    } else if (low_ < high_) {
      ARROW_ASSIGN_OR_RAISE(const std::string_view bound, start_->Of(row));
      while (low_ < high_ && OrderKey(low_) < bound) ++low_;
    }
    return Status::OK();
  }

  const plan::WindowFrame& frame_;
  const WindowRows& rows_;
  const int32_t* const partition_bytes_;
  std::optional<BoundKeys> start_, end_;
  int64_t low_ = 0;
  int64_t high_ = 0;
};

}  // namespace

WindowRows WindowRows::Make(const WindowInput& input, BatchPtr rows,
                            std::vector<std::string_view> keys) {
  WindowRows made;
  made.rows = std::move(rows);
  made.keys = std::move(keys);
  const int32_t* partition_bytes = input.PartitionBytes(*made.rows);
  const auto is_same_partition = [&](int64_t row) {
    const auto size = static_cast<size_t>(partition_bytes[row]);
    return made.keys[row].substr(0, size) == made.keys[row - 1].substr(0, size);
  };
  const auto is_peer = [&](int64_t row) { return made.keys[row] == made.keys[row - 1]; };
  FindRuns(made.num_rows(), is_same_partition, &made.partition_begin, &made.partition_end);
  FindRuns(made.num_rows(), is_peer, &made.peers_begin, &made.peers_end);
  return made;
}

Result<WindowFrames> FramesOf(const WindowInput& input, const WindowInput::Call& call,
                              const plan::WindowFrame& frame, const WindowRows& rows) {
  if (frame.is_rows) return FramesByRow(frame, rows);
  return RangeFrames(input, call, frame, rows).Make();
}

}  // namespace tarn::local
