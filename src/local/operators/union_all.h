#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "local/batch/gate.h"
#include "local/batch/stage.h"

namespace tarn::local {

/// \brief All rows of several inputs, one input after the other.
///
/// The pieces of an input are numbered after those of the inputs before it, and wait until these
/// are complete, on disk where memory ends.
class UnionAll {
 public:
  /// \param[in] schema of the output; the inputs' may differ from it in names and nullability
  /// \return where each input goes; all of them must live until the last has ended
  static std::vector<PieceSinkPtr> Make(StageContext context, SchemaPtr schema, int num_inputs,
                                        PieceSinkPtr next);

 private:
  class Input;

  UnionAll(StageContext context, SchemaPtr schema, PieceSinkPtr next)
      : context_(std::move(context)),
        schema_(std::move(schema)),
        output_(context_.meter, std::move(next)) {}

  void SetNumPieces(int input, int64_t num_pieces);
  void CompletePiece(int input);
  void OpenGates();

  const StageContext context_;
  const SchemaPtr schema_;
  const StageOutput output_;
  // Borrowed: the inputs own the union, and those who push own them to the end of the run.
  std::vector<Input*> inputs_;
  std::vector<Gate*> gates_;

  std::mutex mutex_;                                // of all below
  std::vector<std::optional<int64_t>> num_pieces_;  // by input, where known
  std::vector<int64_t> num_complete_;               // pieces, by input
  int num_open_ = 1;                                // inputs whose pieces may pass
};

}  // namespace tarn::local
