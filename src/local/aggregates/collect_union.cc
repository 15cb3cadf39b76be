#include <arrow/array/array_nested.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/compute/api.h>

#include "local/aggregates/accumulators_internal.h"

namespace tarn::local {
namespace {

// Hands on the elements of lists, each in the group of its list.
class OfElements : public Accumulator {
 public:
  explicit OfElements(AccumulatorPtr elements) : elements_(std::move(elements)) {}

  Status Consume(const GroupedRows& rows) override {
    const auto& lists = static_cast<const arrow::ListArray&>(*rows.args[0]);
    arrow::Int32Builder places;
    arrow::UInt32Builder groups;
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      if (lists.IsNull(row)) continue;
      for (int32_t i = lists.value_offset(row); i < lists.value_offset(row + 1); ++i) {
        ARROW_RETURN_NOT_OK(places.Append(i));
        ARROW_RETURN_NOT_OK(groups.Append(rows.groups->Value(row)));
      }
    }
    GroupedRows elements;
    elements.num_groups = rows.num_groups;
    ARROW_RETURN_NOT_OK(groups.Finish(&elements.groups));
    ARROW_ASSIGN_OR_RAISE(const auto taken, places.Finish());
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum values, arrow::compute::Take(lists.values(), taken));
    elements.args = {values.make_array()};
    return elements_->Consume(elements);
  }

  Status ConsumeRest(uint32_t num_groups, int64_t* num_consumed) override {
    return elements_->ConsumeRest(num_groups, num_consumed);
  }

  Result<std::shared_ptr<arrow::Array>> Finish(uint32_t num_groups) override {
    return elements_->Finish(num_groups);
  }

  int64_t num_bytes() const override { return elements_->num_bytes(); }

 private:
  const AccumulatorPtr elements_;
};

}  // namespace

Result<AccumulatorPtr> MakeUnion(const plan::AggregateCall& call,
                                 const AccumulatorContext& context) {
  auto element = std::make_shared<plan::Expr>(*call.args[0]);
  element->type = static_cast<const arrow::ListType&>(*element->type).value_type();
  plan::AggregateCall of_elements = call;
  of_elements.args = {std::move(element)};
  ARROW_ASSIGN_OR_RAISE(AccumulatorPtr set, MakeSet(of_elements, context));
  return std::make_unique<OfElements>(std::move(set));
}

}  // namespace tarn::local
