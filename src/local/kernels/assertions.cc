#include "local/kernels/column_view_internal.h"
#include "local/kernels/kernel.h"

// Errors that a query asks for.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;

Result<Datum> Nulls(const KernelContext& context) {
  ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(context.type(), context.num_rows));
  return Datum(std::move(nulls));
}

Status Raised(const KernelContext& context, std::string message) {
  return context.Error("USER_RAISED_EXCEPTION", std::move(message));
}

std::string TextOf(const sql::Location& at) {
  return at.text == nullptr ? "the condition" : at.text->sql.substr(at.begin, at.end - at.begin);
}

Result<Datum> AssertTrue(const KernelContext& context, const Args& args) {
  const ColumnView<bool> condition(args[0]);
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (condition.IsValid(row) && condition[row]) continue;
    if (args.size() == 1) {
      const bool has_place = !context.call->args.empty();
      const std::string text = has_place ? TextOf(context.call->args[0]->at) : "the condition";
      return Raised(context, "'" + text + "' is not true!");
    }
    const ColumnView<std::string_view> message(args[1]);
    return Raised(context, message.IsValid(row) ? std::string(message[row]) : "null");
  }
  return Nulls(context);
}

Result<Datum> RaiseError(const KernelContext& context, const Args& args) {
  const ColumnView<std::string_view> message(args[0]);
  return Raised(context, message.IsValid(0) ? std::string(message[0]) : "null");
}

}  // namespace

std::span<const NamedKernel> AssertionKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"assert_true", AssertTrue},
      {"raise_error", RaiseError},
  };
  return kKernels;
}

}  // namespace tarn::local
