#include "local/operators/limit.h"

#include <gtest/gtest.h>

#include "local/batch/operator_for_test.h"
#include "local/operators/union_all.h"

namespace tarn::local {
namespace {

OperatorPtr Limited(int64_t num_rows) {
  OperatorPtr input = MakeInput("x INT", {"[[1], [2]]", "[[3], [4], [5]]"});
  SchemaPtr schema = input->schema();
  return std::make_unique<LimitOperator>(schema, std::move(input), num_rows);
}

TEST(LimitTest, CutsWithinABatch) {
  ExpectRows(Limited(0).get(), "[]");
  ExpectRows(Limited(1).get(), "[[1]]");
  ExpectRows(Limited(2).get(), "[[1], [2]]");
  ExpectRows(Limited(4).get(), "[[1], [2], [3], [4]]");
  ExpectRows(Limited(9).get(), "[[1], [2], [3], [4], [5]]");
}

// Lets a test see whether an operator still holds its input.
class Witness : public Operator {
 public:
  Witness(OperatorPtr input, bool* alive)
      : Operator(input->schema()), input_(std::move(input)), alive_(alive) {}
  ~Witness() override { *alive_ = false; }
  Result<BatchPtr> Next() override { return input_->Next(); }

 private:
  const OperatorPtr input_;
  bool* const alive_;
};

TEST(LimitTest, GivesItsInputUpWhenItHasEnough) {
  bool alive = true;
  OperatorPtr input =
      std::make_unique<Witness>(MakeInput("x INT", {"[[1], [2]]", "[[3]]"}), &alive);
  SchemaPtr schema = input->schema();
  LimitOperator limit(schema, std::move(input), 2);
  ASSERT_EQ(limit.Next().ValueOrDie()->num_rows(), 2);
  EXPECT_EQ(limit.Next().ValueOrDie(), nullptr);
  EXPECT_FALSE(alive);
}

TEST(UnionAllTest, OneInputAfterTheOther) {
  std::vector<OperatorPtr> inputs;
  inputs.push_back(MakeInput("x INT", {"[[2], [1]]", "[[3]]"}));
  inputs.push_back(MakeInput("y INT", {}));
  inputs.push_back(MakeInput("z INT", {"[[2], [null]]"}));
  SchemaPtr schema = inputs[0]->schema();
  UnionAllOperator all(schema, std::move(inputs));
  ExpectRows(&all, "[[2], [1], [3], [2], [null]]");
}

}  // namespace
}  // namespace tarn::local
