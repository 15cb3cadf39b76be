#include "local/batch/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <numeric>
#include <string>
#include <vector>

#include "local/batch/batches_for_test.h"

namespace tarn::local {
namespace {

// Notes what comes, by piece.
class Notes : public PieceSink {
 public:
  void SetNumPieces(int64_t num_pieces) override { num_pieces_ = num_pieces; }
  void Push(int64_t number, Result<BatchPtr> part) override {
    Note(number, part.ok() ? std::to_string((*part)->num_rows()) : part.status().message());
  }
  void Complete(int64_t number) override { Note(number, "."); }
  bool IsClosed() const override { return false; }

  int64_t num_pieces() const { return num_pieces_; }
  std::string piece(int64_t number) { return pieces_[number]; }
  /// The pieces' numbers, as they were completed.
  const std::vector<int64_t>& completed() const { return completed_; }

 private:
  void Note(int64_t number, const std::string& text) {
    std::lock_guard lock(mutex_);
    pieces_[number] += text;
    if (text == ".") completed_.push_back(number);
  }

  int64_t num_pieces_ = -1;
  std::mutex mutex_;
  std::map<int64_t, std::string> pieces_;
  std::vector<int64_t> completed_;
};

TEST(GateTest, HoldsPiecesUntilItIsOpen) {
  Scheduler scheduler;
  const auto notes = std::make_shared<Notes>();
  NodeMeter meter;
  Backlog backlog;
  Gate gate(StageContext{.scheduler = &scheduler, .backlog = &backlog, .meter = &meter}, notes);
  const BatchPtr one = MakeBatch("x INT", "[[1]]"), two = MakeBatch("x INT", "[[1], [2]]");
  gate.SetNumPieces(3);
  EXPECT_EQ(notes->num_pieces(), 3);
  gate.Push(0, one);
  gate.Push(0, two);
  gate.Complete(0);
  gate.Push(2, Status::Invalid("e"));
  EXPECT_TRUE(scheduler.Run(1).ok());
  EXPECT_EQ(notes->piece(0), "");
  gate.Open();
  gate.Push(1, two);  // nothing of it was held
  EXPECT_EQ(notes->piece(1), "2");
  gate.Complete(2);  // but of this
  EXPECT_EQ(notes->piece(2), "");
  EXPECT_TRUE(scheduler.Run(4).ok());
  EXPECT_EQ(notes->piece(0), "12.");
  EXPECT_EQ(notes->piece(2), "e.");
}

// Pieces 0 to num_pieces - 1, each of as many batches of one row.
void PushPieces(int64_t num_pieces, int num_parts, Gate* gate) {
  const BatchPtr one = MakeBatch("x INT", "[[1]]");
  for (int64_t piece = 0; piece < num_pieces; ++piece) {
    for (int part = 0; part < num_parts; ++part) gate->Push(piece, one);
    gate->Complete(piece);
  }
}

TEST(GateTest, WithoutRoomPiecesPassOneAfterTheOther) {
  Scheduler scheduler;
  const auto notes = std::make_shared<Notes>();
  NodeMeter meter;
  Backlog backlog(0);
  Gate gate(StageContext{.scheduler = &scheduler, .backlog = &backlog, .meter = &meter}, notes);
  PushPieces(100, 5, &gate);
  std::vector<int64_t> numbers(100);
  std::iota(numbers.begin(), numbers.end(), 0);
  gate.Open();
  EXPECT_TRUE(scheduler.Run(4).ok());
  EXPECT_EQ(notes->completed(), numbers);
  EXPECT_EQ(notes->piece(99), "11111.");
}

// Room comes and goes: no piece is left behind.
TEST(GateTest, PiecesThatWaitForRoomGoOn) {
  Scheduler scheduler;
  const auto notes = std::make_shared<Notes>();
  NodeMeter meter;
  Backlog backlog(1);
  Gate gate(StageContext{.scheduler = &scheduler, .backlog = &backlog, .meter = &meter}, notes);
  PushPieces(200, 9, &gate);
  gate.Open();
  for (int change = 0; change < 500; ++change) {
    scheduler.Submit(Scheduler::Priority::kDeliver,
                     [&backlog, change] { change % 2 == 0 ? backlog.Add(1) : backlog.Remove(1); });
  }
  EXPECT_TRUE(scheduler.Run(4).ok());
  EXPECT_EQ(notes->completed().size(), 200);
  for (int64_t piece = 0; piece < 200; ++piece) EXPECT_EQ(notes->piece(piece), "111111111.");
}

class SpillingGateTest : public testing::Test {
 protected:
  // A gate in front of `notes_` with so much memory.
  std::unique_ptr<Gate> GateWith(MemoryBudget* memory, const std::string& folder) {
    StageContext context{.scheduler = &scheduler_, .backlog = &backlog_, .meter = &meter_};
    context.memory = memory;
    spill_ = std::make_shared<SpillStore>(folder);
    context.spill = spill_;
    return std::make_unique<Gate>(std::move(context), notes_);
  }

  static BatchPtr Rows(int num_rows) {
    std::string rows = "[";
    for (int row = 0; row < num_rows; ++row) rows += row == 0 ? "[0]" : ",[0]";
    return MakeBatch("x INT", rows + "]");
  }

  Scheduler scheduler_;
  Backlog backlog_;
  NodeMeter meter_;
  std::shared_ptr<SpillStore> spill_;
  const std::shared_ptr<Notes> notes_ = std::make_shared<Notes>();
};

TEST_F(SpillingGateTest, WhatItHoldsGoesToDisk) {
  for (const int64_t bytes_max : {0, 100}) {
    MemoryBudget memory(bytes_max);
    const auto gate = GateWith(&memory, testing::TempDir());
    const int64_t first = bytes_max * 10;  // pieces are noted once
    for (const int num_rows : {3, 20, 1, 10}) gate->Push(first, Rows(num_rows));
    gate->Push(first + 1, Status::Invalid("e"));
    EXPECT_LE(memory.num_bytes(), bytes_max);
    EXPECT_GT(spill_->bytes_written(), 0);
    gate->Open();
    gate->Push(first, Rows(7));  // behind those that are held
    gate->Complete(first);
    gate->Complete(first + 1);
    EXPECT_TRUE(scheduler_.Run(2).ok());
    EXPECT_EQ(notes_->piece(first), "3201107.");
    EXPECT_EQ(notes_->piece(first + 1), "e.");
    EXPECT_EQ(memory.num_bytes(), 0);
  }
}

TEST_F(SpillingGateTest, WithEnoughMemoryNothingIsWritten) {
  MemoryBudget memory(1 << 20);
  const auto gate = GateWith(&memory, testing::TempDir());
  gate->Push(0, Rows(30));
  EXPECT_GT(memory.num_bytes(), 0);
  gate->Complete(0);
  gate->Open();
  EXPECT_TRUE(scheduler_.Run(1).ok());
  EXPECT_EQ(notes_->piece(0), "30.");
  EXPECT_EQ(spill_->bytes_written(), 0);
  EXPECT_EQ(memory.num_bytes(), 0);
}

TEST_F(SpillingGateTest, AnErrorOfTheDiskStandsInThePlaceOfTheRows) {
  MemoryBudget memory(0);
  const auto gate = GateWith(&memory, "/no/such/folder");
  gate->Push(0, Rows(1));
  gate->Complete(0);
  gate->Complete(1);
  gate->Open();
  EXPECT_TRUE(scheduler_.Run(1).ok());
  EXPECT_THAT(notes_->piece(0), testing::HasSubstr("run.spill_dir"));
  EXPECT_EQ(notes_->piece(1), ".");
  EXPECT_EQ(memory.num_bytes(), 0);
}

// Writing, opening and pushing at once.
TEST_F(SpillingGateTest, ManyThreadsKeepThePartsOfAPieceInOrder) {
  MemoryBudget memory(1000);
  const auto gate = GateWith(&memory, testing::TempDir());
  for (int64_t piece = 0; piece < 50; ++piece) {
    scheduler_.Submit(Scheduler::Priority::kDeliver, [&gate, piece] {
      for (int part = 1; part <= 9; ++part) gate->Push(piece, Rows(part));
      gate->Complete(piece);
      if (piece == 25) gate->Open();
    });
  }
  EXPECT_TRUE(scheduler_.Run(4).ok());
  for (int64_t piece = 0; piece < 50; ++piece) EXPECT_EQ(notes_->piece(piece), "123456789.");
  EXPECT_EQ(memory.num_bytes(), 0);
}

}  // namespace
}  // namespace tarn::local
