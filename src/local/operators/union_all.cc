#include "local/operators/union_all.h"

namespace tarn::local {

// Renumbers the pieces of one input.
class UnionAll::Input : public PieceSink {
 public:
  Input(std::shared_ptr<UnionAll> all, int number) : all_(std::move(all)), number_(number) {}

  void SetNumPieces(int64_t num_pieces) override { all_->SetNumPieces(number_, num_pieces); }

  void Push(int64_t number, Result<BatchPtr> part) override {
    const SelfTime::Scope scope(all_->context_.meter->time());
    if (part.ok()) {
      part = arrow::RecordBatch::Make(all_->schema_, (*part)->num_rows(), (*part)->columns());
    }
    all_->output_.Push(first_piece + number, std::move(part));
  }

  void Complete(int64_t number) override {
    all_->output_.Complete(first_piece + number);
    all_->CompletePiece(number_);
  }
  bool IsClosed() const override { return all_->output_.IsClosed(); }

  int64_t first_piece = 0;  // set before the gate is opened

 private:
  const std::shared_ptr<UnionAll> all_;
  const int number_;
};

std::vector<PieceSinkPtr> UnionAll::Make(StageContext context, SchemaPtr schema, int num_inputs,
                                         PieceSinkPtr next) {
  std::shared_ptr<UnionAll> all(
      new UnionAll(std::move(context), std::move(schema), std::move(next)));
  all->num_pieces_.resize(num_inputs);
  all->num_complete_.resize(num_inputs);
  std::vector<PieceSinkPtr> gates;
  for (int number = 0; number < num_inputs; ++number) {
    auto input = std::make_shared<Input>(all, number);
    all->inputs_.push_back(input.get());
    auto gate = std::make_shared<Gate>(all->context_, std::move(input));
    all->gates_.push_back(gate.get());
    gates.push_back(std::move(gate));
  }
  all->gates_[0]->Open();
  return gates;
}

void UnionAll::SetNumPieces(int input, int64_t num_pieces) {
  std::unique_lock lock(mutex_);
  num_pieces_[input] = num_pieces;
  OpenGates();
  int64_t total = 0;
  for (const std::optional<int64_t>& of_input : num_pieces_) {
    if (!of_input.has_value()) return;
    total += *of_input;
  }
  lock.unlock();
  output_.SetNumPieces(total);
}

void UnionAll::CompletePiece(int input) {
  std::lock_guard lock(mutex_);
  ++num_complete_[input];
  OpenGates();
}

void UnionAll::OpenGates() {
  const auto num_inputs = static_cast<int>(inputs_.size());
  for (; num_open_ < num_inputs; ++num_open_) {
    const int before = num_open_ - 1;
    if (num_complete_[before] != num_pieces_[before]) return;
    inputs_[num_open_]->first_piece = inputs_[before]->first_piece + *num_pieces_[before];
    gates_[num_open_]->Open();
  }
}

}  // namespace tarn::local
