#include <arrow/compute/api.h>

#include "local/batch/encoding.h"
#include "local/expr/expr_node_internal.h"
#include "local/kernels/nested_internal.h"

// Columns, whether they are NULL, constants and fields of structs.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::RecordBatch;

class ColumnNode : public ExprNode {
 public:
  explicit ColumnNode(plan::ExprPtr expr) : ExprNode(std::move(expr), {}) {
    set_reads(this->expr()->column);
  }

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(auto values, Flatten(input.column(expr()->column)));
    return Datum(std::move(values));
  }
};

// Whether a column is NULL: the codes of a dictionary say that alone.
class NullTestNode : public ExprNode {
 public:
  explicit NullTestNode(plan::ExprPtr expr) : ExprNode(std::move(expr), {}) { set_reads(kSeveral); }

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    const auto& column = input.column(expr()->args[0]->column);
    if (!IsDictionary(*column)) return arrow::compute::IsNull(column);
    return arrow::compute::IsNull(CodesOf(*column));
  }
};

class ConstantNode : public ExprNode {
 public:
  ConstantNode(plan::ExprPtr expr, Result<ScalarPtr> value)
      : ExprNode(std::move(expr), {}), value_(std::move(value)) {
    set_may_fail(!value_.ok());
  }
  const Result<ScalarPtr>* constant() const override { return &value_; }

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_RETURN_NOT_OK(value_.status());
    return Datum(*value_);
  }

 private:
  const Result<ScalarPtr> value_;
};

class FieldNode : public ExprNode {
 public:
  using ExprNode::ExprNode;

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(const Datum value, args()[0]->Evaluate(input));
    const int field = expr()->field;
    if (value.type()->id() == arrow::Type::LIST) return FieldOfEach(value, input.num_rows());
    if (value.is_scalar()) {
      if (!value.scalar()->is_valid) return Datum(arrow::MakeNullScalar(type()));
      return Datum(static_cast<const arrow::StructScalar&>(*value.scalar()).value[field]);
    }
    const auto structs = std::static_pointer_cast<arrow::StructArray>(value.make_array());
    ARROW_ASSIGN_OR_RAISE(auto column, structs->GetFlattenedField(field));
    return Datum(std::move(column));
  }

 private:
  // Of ARRAYs of STRUCTs the ARRAYs of their fields.
  Result<Datum> FieldOfEach(const Datum& value, int64_t num_rows) const {
    const ListView view(value);
    ARROW_ASSIGN_OR_RAISE(CompactList lists, MakeCompact(view, num_rows));
    const auto& structs = static_cast<const arrow::StructArray&>(*view.elements());
    ARROW_ASSIGN_OR_RAISE(const auto fields, structs.GetFlattenedField(expr()->field));
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr taken, TakeElements(fields, lists.indices));
    ARROW_ASSIGN_OR_RAISE(ArrayPtr result, lists.shape.Finish(type(), taken));
    return Datum(std::move(result));
  }
};

}  // namespace

ExprNodePtr MakeColumnNode(const plan::ExprPtr& expr) { return std::make_unique<ColumnNode>(expr); }

ExprNodePtr MakeNullTestNode(const plan::ExprPtr& expr) {
  return std::make_unique<NullTestNode>(expr);
}

ExprNodePtr MakeConstantNode(const plan::ExprPtr& expr, Result<ScalarPtr> value) {
  return std::make_unique<ConstantNode>(expr, std::move(value));
}

ExprNodePtr MakeFieldNode(const plan::ExprPtr& expr, std::vector<ExprNodePtr> args) {
  return std::make_unique<FieldNode>(expr, std::move(args));
}

}  // namespace tarn::local
