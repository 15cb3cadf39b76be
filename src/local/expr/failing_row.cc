#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/printable_text.h"
#include "local/expr/failing_row_internal.h"
#include "local/kernels/cast.h"
#include "local/kernels/spread_internal.h"
#include "sql/written_text.h"

namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::RecordBatch;
using plan::Expr;

constexpr size_t kValuesMax = 4;  // that a message shows
constexpr char kNotShown[] = "…";

// `value`, of one row, as `type`.
Result<Datum> CastOneRow(const Datum& value, const std::shared_ptr<arrow::DataType>& type,
                         const ExprContext& context) {
  Expr cast;
  cast.kind = Expr::Kind::kCast;
  cast.type = type;
  return Cast({.num_rows = 1, .call = &cast, .shared = context}, value);
}

// Whether the binder casts whole numbers, so that they get digits that nobody wrote.
bool IsWidened(const Expr& arg) {
  return arg.kind == Expr::Kind::kCast && arrow::is_signed_integer(arg.args[0]->type->id()) &&
         (arrow::is_floating(arg.type->id()) || arrow::is_decimal(arg.type->id())) &&
         arg.at.begin == arg.args[0]->at.begin && arg.at.end == arg.args[0]->at.end;
}

std::string ShownValue(Datum value, const Expr& arg, const ExprContext& context) {
  if (value.null_count() > 0) return "NULL";
  if (IsWidened(arg)) {
    const Result<Datum> whole = CastOneRow(value, arg.args[0]->type, context);
    if (whole.ok()) value = *whole;
  }
  Result<Datum> text = CastOneRow(value, arrow::utf8(), context);
  if (text.ok()) text = Spread(*text, 1);
  if (!text.ok() || text->type()->id() != arrow::Type::STRING) return kNotShown;
  const auto array = text->make_array();
  const std::string shown =
      PrintableStart(static_cast<const arrow::StringArray&>(*array).GetView(0));
  const bool is_quoted = arrow::is_base_binary_like(value.type()->id());
  return is_quoted ? "'" + shown + "'" : shown;
}

// An argument as it is written, on one line; "" where it is nowhere, or at the call's own place.
std::string ShownName(const Expr& arg, const Expr& call) {
  constexpr size_t kWidthMax = 40;
  constexpr std::string_view kBlanks = " \n\r\t";
  const bool is_whole =
      arg.at.text == call.at.text && arg.at.begin == call.at.begin && arg.at.end == call.at.end;
  if (is_whole) return "";
  std::string name;
  for (const char c : sql::WrittenText(arg.at)) {
    if (kBlanks.find(c) == std::string_view::npos) {
      name += c;
    } else if (!name.ends_with(' ')) {
      name += ' ';
    }
  }
  return CutToWidth(Printable(name), kWidthMax);
}

// Whether `value` stands in `message` as a word, in quotes or not.
bool HasWord(std::string_view message, std::string_view value) {
  if (value.size() > 2 && value.front() == '\'') value = value.substr(1, value.size() - 2);
  constexpr std::string_view kBefore = " '", kAfter = " ',";
  for (size_t begin = message.find(value); begin != std::string_view::npos;
       begin = message.find(value, begin + 1)) {
    const size_t end = begin + value.size();
    if ((begin == 0 || kBefore.find(message[begin - 1]) != std::string_view::npos) &&
        (end == message.size() || kAfter.find(message[end]) != std::string_view::npos)) {
      return true;
    }
  }
  return false;
}

bool ShowsArguments(const Expr& expr) {
  return expr.kind != Expr::Kind::kCall || expr.function->traits.shows_arguments;
}

}  // namespace

bool IsOfValues(const Status& status) {
  return !status.IsCapacityError() && !DiagnosticsOf(status).empty();
}

Status TellValues(const ExprNode& node, const std::vector<Datum>& values,
                  const ExprContext& context, const Status& status) {
  const Expr& call = *node.expr();
  if (!IsOfValues(status) || !ShowsArguments(call)) return status;
  std::vector<Diagnostic> diagnostics = DiagnosticsOf(status);
  std::string& message = diagnostics.front().message;
  std::vector<std::string> told;
  for (size_t i = 0; i < std::min(values.size(), node.args().size()); ++i) {
    const ExprNode& arg = *node.args()[i];
    if (arg.constant() != nullptr) continue;
    const std::string value = ShownValue(values[i], *arg.expr(), context);
    if (HasWord(message, value)) continue;
    const std::string name = ShownName(*arg.expr(), call);
    told.push_back(name.empty() ? value : name + " = " + value);
  }
  if (told.empty()) return status;
  if (told.size() > kValuesMax) {
    told.resize(kValuesMax);
    told.emplace_back(kNotShown);
  }
  message += fmt::format(" ({})", fmt::join(told, ", "));
  return MakeError(std::move(diagnostics));
}

Status ErrorOfFirstRow(const ExprNode& node, const RecordBatch& input, const Status& status) {
  if (!IsOfValues(status) || input.num_rows() == 1) return status;
  int64_t begin = 0;  // the rows before are no errors
  int64_t num_rows = input.num_rows();
  while (num_rows > 1) {
    const int64_t half = num_rows / 2;
    if (node.Evaluate(*input.Slice(begin, half)).ok()) {
      begin += half;
      num_rows -= half;
    } else {
      num_rows = half;
    }
  }
  const Status alone = node.Evaluate(*input.Slice(begin, num_rows)).status();
  return IsOfValues(alone) ? alone : status;
}

}  // namespace tarn::local
