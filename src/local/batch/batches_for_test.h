#pragma once

#include <functional>
#include <string>
#include <vector>

#include "local/batch/in_order_stage.h"
#include "plan/plan.h"

/// In-memory inputs and expectations for tests of operators and accumulators.
namespace tarn::local {

/// \brief A batch with columns by DDL and rows as a JSON array of objects or arrays.
BatchPtr MakeBatch(const std::string& ddl, const std::string& rows);

/// \brief The same rows, with each STRING column as codes into a dictionary that the batches share
/// and that grows from one to the next. Its first value is one that no row has.
std::vector<BatchPtr> EncodeForTest(const std::vector<BatchPtr>& batches);

/// \brief Rows on their way into or out of an operator.
struct Batches {
  SchemaPtr schema;
  std::vector<BatchPtr> batches;
  Status status;  ///< an error in the place after the batches
};

/// \brief Keeps what comes, in the order of rows.
class Collector : public InOrderStage<BatchPtr> {
 public:
  using InOrderStage::InOrderStage;
  /// \brief What came; complete once it is finished.
  const std::vector<BatchPtr>& batches() const { return batches_; }
  const Status& status() const { return status_; }
  bool is_finished() const { return is_finished_; }

 protected:
  Result<BatchPtr> Prepare(const BatchPtr& batch) const override { return batch; }
  Status Consume(BatchPtr batch) override;
  void Finish(Status status) override;

 private:
  std::vector<BatchPtr> batches_;
  bool is_finished_ = false;
  Status status_;
};

/// \brief Batches of an operator's input; each is a piece.
Batches MakeInput(const std::string& ddl, const std::vector<std::string>& batches);

/// \brief Connects the operator under test to `next`. \return where each of its inputs goes
using MakeStage = std::function<Result<std::vector<PieceSinkPtr>>(const StageContext& context,
                                                                  PieceSinkPtr next)>;

/// \brief What an operator puts out when its inputs come in this order, piece by piece.
/// \param[in] schema of the output
Batches RunStage(const SchemaPtr& schema, const MakeStage& make, const std::vector<Batches>& inputs,
                 const Poll& poll = GoOn);

/// \brief As RunStage; and expects the same when the pieces come in other orders, on several
/// threads, when texts are codes into dictionaries, and when there is no memory to hold anything.
/// With two numbers of threads or more, any three of these meet in all ways; with one, any two.
Batches RunStageInAnyOrder(const SchemaPtr& schema, const MakeStage& make,
                           const std::vector<Batches>& inputs,
                           const std::vector<int>& thread_counts = {1, 4});

/// \brief Column `name` of the columns `ddl`.
plan::ExprPtr ColumnOf(const std::string& ddl, const std::string& name);

/// \brief Expects the rows of `output`, in order, to be `rows`.
void ExpectRows(const Batches& output, const std::string& rows);

/// \brief Expects one array with these values, given as JSON.
void ExpectArray(const arrow::Array& found, const std::string& values);

}  // namespace tarn::local
