#include <arrow/array.h>
#include <arrow/compute/api.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "local/aggregates/accumulator.h"
#include "local/operators/window_exact.h"
#include "local/operators/window_values.h"

namespace tarn::local {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

// Rows that an accumulator is given at once, about.
constexpr int64_t kGroupsAtOnce = 32 << 10;

// Rows [begin, end).
struct Frame {
  int64_t begin = 0;
  int64_t end = 0;

  bool operator==(const Frame&) const = default;
  int64_t num_rows() const { return end - begin; }
};

Result<ArrayPtr> Take(const arrow::Array& values, std::vector<int64_t> rows) {
  const arrow::Int64Array indices(static_cast<int64_t>(rows.size()), arrow::Buffer::Wrap(rows));
  return arrow::compute::Take(values, indices, arrow::compute::TakeOptions::NoBoundsCheck());
}

// Gives the rows of frames to an accumulator, some at a time; each frame is a group.
class FrameFeeder {
 public:
  FrameFeeder(Accumulator* accumulator, arrow::ArrayVector args, const Poll& poll)
      : accumulator_(accumulator), args_(std::move(args)), poll_(poll) {}

  // The next group, of these rows. Groups are numbered from 0.
  Status Add(const Frame& rows) {
    ++num_groups_;
    return AddRows(rows);
  }

  // The same, of the rows of the group before and these. \return false: it can't be done so.
  Result<bool> AddToLast(const Frame& more) {
    ARROW_RETURN_NOT_OK(Flush());
    if (!accumulator_->CopyGroup(num_groups_ - 1, num_groups_)) return false;
    ++num_groups_;
    ARROW_RETURN_NOT_OK(AddRows(more));
    return true;
  }

  Result<ArrayPtr> Finish() {
    ARROW_RETURN_NOT_OK(Flush());
    return accumulator_->Finish(num_groups_);
  }

 private:
  // A frame may be larger than what is given at once.
  Status AddRows(Frame rows) {
    while (rows.num_rows() > 0) {
      const int64_t num_rows = std::min(rows.num_rows(), kGroupsAtOnce - std::ssize(groups_));
      is_one_slice_ = pending_.empty() || (is_one_slice_ && pending_.back().end == rows.begin);
      pending_.push_back({rows.begin, rows.begin + num_rows});
      groups_.insert(groups_.end(), num_rows, num_groups_ - 1);
      rows.begin += num_rows;
      if (std::ssize(groups_) == kGroupsAtOnce) ARROW_RETURN_NOT_OK(Flush());
    }
    return Status::OK();
  }

  Status Flush() {
    if (groups_.empty()) return Status::OK();
    if (++num_flushes_ % 1024 == 1) ARROW_RETURN_NOT_OK(poll_());
    GroupedRows grouped;
    for (const ArrayPtr& arg : args_) {
      ARROW_ASSIGN_OR_RAISE(grouped.args.emplace_back(), PendingOf(arg));
    }
    const auto num_rows = static_cast<int64_t>(groups_.size());
    grouped.groups = std::make_shared<arrow::UInt32Array>(
        num_rows, arrow::Buffer::FromVector(std::exchange(groups_, {})));
    grouped.num_groups = num_groups_;
    pending_.clear();
    return accumulator_->Consume(grouped);
  }

  Result<ArrayPtr> PendingOf(const ArrayPtr& arg) const {
    if (is_one_slice_) return arg->Slice(pending_.front().begin, std::ssize(groups_));
    std::vector<int64_t> rows;
    rows.reserve(groups_.size());
    for (const Frame& frame : pending_) {
      for (int64_t row = frame.begin; row < frame.end; ++row) rows.push_back(row);
    }
    return Take(*arg, std::move(rows));
  }

  Accumulator* const accumulator_;
  const arrow::ArrayVector args_;
  const Poll& poll_;
  uint32_t num_groups_ = 0;
  std::vector<Frame> pending_;
  bool is_one_slice_ = true;      // pending_, put end to end
  std::vector<uint32_t> groups_;  // of the pending rows
  int64_t num_flushes_ = 0;
};

// Different frames, in the order in which rows have them, and that of each row.
struct DistinctFrames {
  std::vector<Frame> frames;
  std::vector<int64_t> numbers;  // by row

  explicit DistinctFrames(const WindowFrames& all) {
    for (size_t row = 0; row < all.begin.size(); ++row) {
      const Frame frame{all.begin[row], all.end[row]};
      if (frames.empty() || frames.back() != frame) frames.push_back(frame);
      numbers.push_back(std::ssize(frames) - 1);
    }
  }

  // Where frames shrink to their end, the last one first.
  void Reverse() {
    std::reverse(frames.begin(), frames.end());
    for (int64_t& number : numbers) number = std::ssize(frames) - 1 - number;
  }
};

// Frames over the rows that pass the filter alone, by their numbers.
WindowFrames Renumbered(const WindowFrames& frames, const std::vector<int64_t>& kept_before) {
  WindowFrames renumbered;
  for (const int64_t row : frames.begin) renumbered.begin.push_back(kept_before[row]);
  for (const int64_t row : frames.end) renumbered.end.push_back(kept_before[row]);
  return renumbered;
}

// Leaves out the rows that do not pass.
Result<WindowFrames> ApplyFilter(const arrow::BooleanArray& keep, const WindowFrames& frames,
                                 arrow::ArrayVector* args) {
  std::vector<int64_t> kept, kept_before;
  for (int64_t row = 0; row < keep.length(); ++row) {
    kept_before.push_back(std::ssize(kept));
    if (keep.IsValid(row) && keep.Value(row)) kept.push_back(row);
  }
  kept_before.push_back(std::ssize(kept));
  for (ArrayPtr& arg : *args) {
    ARROW_ASSIGN_OR_RAISE(arg, Take(*arg, kept));
  }
  return Renumbered(frames, kept_before);
}

Status Feed(const std::vector<Frame>& frames, bool is_reversed, FrameFeeder* feeder) {
  for (size_t i = 0; i < frames.size(); ++i) {
    const Frame& frame = frames[i];
    bool is_fed = false;
    if (i > 0 && !is_reversed && frame.begin == frames[i - 1].begin &&
        frame.end >= frames[i - 1].end) {
      ARROW_ASSIGN_OR_RAISE(is_fed, feeder->AddToLast({frames[i - 1].end, frame.end}));
    } else if (i > 0 && is_reversed && frame.end == frames[i - 1].end &&
               frame.begin <= frames[i - 1].begin) {
      ARROW_ASSIGN_OR_RAISE(is_fed, feeder->AddToLast({frame.begin, frames[i - 1].begin}));
    }
    if (!is_fed) ARROW_RETURN_NOT_OK(feeder->Add(frame));
  }
  return Status::OK();
}

}  // namespace

Result<ArrayPtr> WindowAggregate(const WindowContext& context, const plan::WindowCall& call,
                                 const WindowInput::Call& columns, const WindowRows& rows,
                                 const WindowFrames& frames) {
  arrow::ArrayVector args;
  for (const int column : columns.args) args.push_back(rows.rows->column(column));
  WindowFrames kept = frames;
  if (columns.filter >= 0) {
    const auto& keep = static_cast<const arrow::BooleanArray&>(*rows.rows->column(columns.filter));
    ARROW_ASSIGN_OR_RAISE(kept, ApplyFilter(keep, frames, &args));
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr exact, ExactWindowAggregate(call.call, args, kept));
  if (exact != nullptr) return exact;
  DistinctFrames distinct(kept);
  const bool is_reversed = call.frame.start.kind != plan::FrameBound::Kind::kUnbounded &&
                           call.frame.end.kind == plan::FrameBound::Kind::kUnbounded &&
                           call.call.function->traits.ignores_order &&
                           plan::HasOneForm(*call.call.type);
  if (is_reversed) distinct.Reverse();
  AccumulatorContext accumulator_context;
  accumulator_context.poll = context.poll;
  ARROW_ASSIGN_OR_RAISE(const AccumulatorPtr accumulator,
                        Accumulator::Make(call.call, accumulator_context));
  FrameFeeder feeder(accumulator.get(), std::move(args), context.poll);
  ARROW_RETURN_NOT_OK(Feed(distinct.frames, is_reversed, &feeder));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr values, feeder.Finish());
  return Take(*values, std::move(distinct.numbers));
}

}  // namespace tarn::local
