#include "local/batch/gate.h"

#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <string>

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

 private:
  void Note(int64_t number, const std::string& text) {
    std::lock_guard lock(mutex_);
    pieces_[number] += text;
  }

  int64_t num_pieces_ = -1;
  std::mutex mutex_;
  std::map<int64_t, std::string> pieces_;
};

TEST(GateTest, HoldsPiecesUntilItIsOpen) {
  Scheduler scheduler;
  const auto notes = std::make_shared<Notes>();
  Gate gate(&scheduler, notes);
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

}  // namespace
}  // namespace tarn::local
