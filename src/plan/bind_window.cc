#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/word_list.h"
#include "pipeline/ddl.h"
#include "plan/bind_expr.h"
#include "plan/build_expr.h"
#include "plan/coercion.h"
#include "plan/fold_constants.h"
#include "plan/fold_literal.h"
#include "plan/functions.h"
#include "plan/resolve_call.h"
#include "values/interval.h"
#include "values/time_of_day.h"

// OVER: window functions, and aggregates as such.
namespace tarn::plan {
namespace {

// What stands where a window function has rules of its own.
enum class FrameRule {
  kFree,       // aggregates, and those that give the value of one of the frame's rows
  kFromFirst,  // rank and its like: ROWS from the first row to this one, if it is written at all
  kAllRows,    // aggregates that order their rows themselves: no ORDER BY, and ROWS of all
  kNone,       // lag and lead
};

bool GivesValueOfRow(const Function& function) {
  return IsOneOf(function.name, {"first", "last", "any_value", "nth_value", "lag", "lead"});
}

// As Spark has it: median and percentile_cont take no frame, percentile and mode do.
FrameRule FrameRuleOf(const Function& function, bool is_within_group) {
  if (IsOneOf(function.name, {"lag", "lead"})) return FrameRule::kNone;
  const bool orders_rows = function.within_group == WithinGroup::kValue ||
                           (function.within_group == WithinGroup::kOrder && is_within_group);
  if (orders_rows || function.name == "median") return FrameRule::kAllRows;
  const bool is_free = function.kind == FunctionKind::kAggregate || GivesValueOfRow(function);
  return is_free ? FrameRule::kFree : FrameRule::kFromFirst;
}

bool IgnoresArguments(const Function& function) {
  return IsOneOf(function.name, {"rank", "dense_rank", "percent_rank"});
}

ExprPtr FoldedInt(const ExprPtr& expr) {
  return expr->type->id() == arrow::Type::INT32 ? FoldConstants(expr) : expr;
}

// The value of a whole number that is known before the first row, computed from literals perhaps.
std::optional<int64_t> ConstantOf(const ExprPtr& expr) {
  const ExprPtr folded = FoldedInt(expr);
  return IsLiteral(*folded) ? IntegerOf(*folded->literal) : std::nullopt;
}

// Which row nth_value gives may be said by a number of any type, or its text.
ExprPtr RowOfNthValue(const ExprPtr& expr) {
  const ExprPtr folded = FoldedInt(expr);
  return IsLiteral(*folded) ? CastTo(folded, arrow::int64(), expr->at) : folded;
}

// first(x, true) is first(x) IGNORE NULLS.
void TakeIgnoreNulls(AggregateCall* call) {
  if (!call->constants.empty() && !call->respect_nulls) {
    const auto& ignores = static_cast<const arrow::BooleanScalar&>(*call->constants[0]->literal);
    call->ignore_nulls = call->ignore_nulls || (ignores.is_valid && ignores.value);
  }
  call->constants.clear();
  call->respect_nulls = false;
}

// The same of lag, lead and nth_value.
bool TakeIgnoreNulls(const Function& function, std::vector<ExprPtr>* args) {
  if (!GivesValueOfRow(function)) return false;
  const size_t position = IsOneOf(function.name, {"lag", "lead"}) ? 3 : 2;
  if (args->size() != position + 1) return false;
  const Expr& last = *args->back();
  if (!IsLiteral(last) || last.type->id() != arrow::Type::BOOL || !last.literal->is_valid) {
    return false;
  }
  const bool ignores = static_cast<const arrow::BooleanScalar&>(*last.literal).value;
  args->pop_back();
  return ignores;
}

bool EqualOrNull(const ExprPtr& left, const ExprPtr& right) {
  return left == nullptr || right == nullptr ? left == right : Equal(*left, *right);
}

bool SameBound(const FrameBound& left, const FrameBound& right) {
  return left.kind == right.kind && left.num_rows == right.num_rows &&
         EqualOrNull(left.value, right.value);
}

bool SameCall(const WindowCall& left, const WindowCall& right) {
  return plan::SameCall(left.call, right.call) && left.frame.is_rows == right.frame.is_rows &&
         SameBound(left.frame.start, right.frame.start) &&
         SameBound(left.frame.end, right.frame.end);
}

// The column that stands for the window's call; the same one written twice is computed once.
int Collect(CollectedCalls* calls, Window window, std::string name) {
  for (size_t i = 0; i < calls->entries.size(); ++i) {
    const auto* other = std::get_if<Window>(&calls->entries[i].call);
    if (other != nullptr && HaveSameRows(*other, window) &&
        SameCall(other->calls[0], window.calls[0])) {
      return calls->input_width + static_cast<int>(i);
    }
  }
  calls->entries.push_back({std::move(window), std::move(name)});
  return calls->input_width + static_cast<int>(calls->entries.size()) - 1;
}

FrameBound::Kind KindOf(sql::FrameBound::Kind kind) {
  switch (kind) {
    case sql::FrameBound::Kind::kUnboundedPreceding:
    case sql::FrameBound::Kind::kUnboundedFollowing:
      return FrameBound::Kind::kUnbounded;
    case sql::FrameBound::Kind::kCurrentRow:
      return FrameBound::Kind::kCurrentRow;
    default:
      return FrameBound::Kind::kOffset;
  }
}

// The frame where none is written.
WindowFrame DefaultFrame(const Window& window) {
  WindowFrame frame;
  if (window.order_by.empty()) return frame;
  frame.is_rows = false;
  frame.end.kind = FrameBound::Kind::kCurrentRow;
  return frame;
}

bool IsNumberOrText(const arrow::DataType& type) {
  return IsNumeric(type) || type.id() == arrow::Type::STRING || type.id() == arrow::Type::NA;
}

bool IsOfAllRows(const WindowFrame& frame) {
  return frame.is_rows && frame.start.kind == FrameBound::Kind::kUnbounded &&
         frame.end.kind == FrameBound::Kind::kUnbounded;
}

bool IsFromFirstToCurrentRow(const WindowFrame& frame) {
  return frame.is_rows && frame.start.kind == FrameBound::Kind::kUnbounded &&
         frame.end.kind == FrameBound::Kind::kCurrentRow;
}

}  // namespace

bool HaveSameRows(const Window& left, const Window& right) {
  const auto same_key = [](const SortKey& a, const SortKey& b) {
    return Equal(*a.expr, *b.expr) && a.descending == b.descending &&
           a.nulls_first == b.nulls_first;
  };
  return std::equal(left.partition_by.begin(), left.partition_by.end(), right.partition_by.begin(),
                    right.partition_by.end(),
                    [](const ExprPtr& a, const ExprPtr& b) { return Equal(*a, *b); }) &&
         std::equal(left.order_by.begin(), left.order_by.end(), right.order_by.begin(),
                    right.order_by.end(), same_key);
}

// What OVER says: itself, or the window of the WINDOW clause that it names.
const sql::WindowSpec* ExprBinder::FindWindow(const sql::WindowSpec& written) {
  const sql::WindowSpec* spec = &written;
  // A window may be that of another name.
  size_t num_names_left = rules_.windows == nullptr ? 0 : rules_.windows->size();
  while (!spec->name.empty() && num_names_left-- > 0) {
    const auto found = std::find_if(
        rules_.windows->begin(), rules_.windows->end(),
        [&](const sql::NamedWindow& window) { return SameName(window.name, spec->name); });
    if (found == rules_.windows->end()) break;
    spec = &found->spec;
  }
  if (spec->name.empty()) return spec;
  diagnostics_->Add(written.at, "unknown window: " + written.name,
                    "define it: WINDOW " + written.name + " AS (PARTITION BY … ORDER BY …)");
  return nullptr;
}

bool ExprBinder::CheckWindowAllowed(const sql::Call& call, const sql::Location& at) {
  const bool is_inside_aggregate = !inside_.empty() && inside_ != "OVER";
  if (is_inside_aggregate || !rules_.windows_allowed || rules_.calls == nullptr) {
    std::string where = is_inside_aggregate ? inside_ : rules_.clause;
    diagnostics_->Add(at, fmt::format("window function in {}: {}", where, call.name),
                      "select it under a name in a subquery, and use that name outside");
    return false;
  }
  const Function* function = FindFunction(call.name);
  if (function != nullptr &&
      (function->kind == FunctionKind::kScalar || function->kind == FunctionKind::kGenerator)) {
    diagnostics_->Add(at, fmt::format("{} is no window function and takes no OVER", call.name),
                      "leave OVER out, or aggregate");
    return false;
  }
  if (call.distinct) {
    diagnostics_->Add(at, fmt::format("DISTINCT in a window function: {}", call.name),
                      "aggregate in a subquery with GROUP BY, and join it");
    return false;
  }
  const bool is_aggregate = function == nullptr || function->kind == FunctionKind::kAggregate;
  if (!is_aggregate && (call.filter != nullptr || !call.within_group.empty())) {
    diagnostics_->Add(at, fmt::format("{} is not an aggregate and takes no {}", call.name,
                                      call.filter != nullptr ? "FILTER" : "WITHIN GROUP"));
    return false;
  }
  if (call.ignore_nulls && function != nullptr && !GivesValueOfRow(*function) &&
      !function->takes_ignore_nulls) {
    diagnostics_->Add(at, fmt::format("{} takes no IGNORE NULLS", call.name),
                      "it is for first_value, last_value, nth_value, lag and lead");
    return false;
  }
  return true;
}

ExprPtr ExprBinder::BindWindow(const sql::Call& call, const sql::Location& at) {
  if (!CheckWindowAllowed(call, at)) return nullptr;
  const sql::WindowSpec* spec = FindWindow(*call.over);
  if (spec == nullptr) return nullptr;
  ExprBinder inner = *this;
  inner.inside_ = "OVER";
  inner.lambda_ = nullptr;
  Window window;
  const bool partition_valid = inner.BindAll(spec->partition_by, &window.partition_by);
  const bool order_valid = inner.BindOrderKeys(spec->order_by, &window.order_by);
  WindowCall bound;
  const bool call_valid = inner.BindWindowCall(call, at, &bound);
  if (!partition_valid || !order_valid || !call_valid) return nullptr;
  for (const ExprPtr& key : window.partition_by) {
    if (!CheckOrderable(*key->type, "PARTITION BY", key->at, diagnostics_)) return nullptr;
  }
  if (window.order_by.empty() && bound.call.function->kind == FunctionKind::kWindow) {
    diagnostics_->Add(at, fmt::format("{}() needs an ORDER BY in its OVER clause", call.name),
                      "say which row comes first: OVER (PARTITION BY … ORDER BY …)");
    return nullptr;
  }
  if (!inner.BindFrame(call, *spec, window, &bound.frame)) return nullptr;
  const std::shared_ptr<arrow::DataType> type = bound.call.type;
  const bool nullable = bound.call.nullable;
  window.calls.push_back(std::move(bound));
  const int column = Collect(rules_.calls, std::move(window), SqlText(at));
  return MakeColumn(column, type, nullable, at);
}

// All but the frame.
bool ExprBinder::BindWindowCall(const sql::Call& call, const sql::Location& at, WindowCall* bound) {
  const Function* known = FindFunction(call.name);
  if (known != nullptr && known->kind == FunctionKind::kAggregate) {
    if (!BindAggregateCall(call, at, &bound->call)) return false;
    if (GivesValueOfRow(*known)) TakeIgnoreNulls(&bound->call);
    return true;
  }
  std::vector<ExprPtr> args;
  if (!BindAll(call.args, &args)) return false;
  if (known != nullptr) {
    bound->call.ignore_nulls = TakeIgnoreNulls(*known, &args) || call.ignore_nulls;
    for (size_t i = 0; i < args.size(); ++i) {
      const bool is_row = known->name == "nth_value" && i == 1;
      args[i] = is_row ? RowOfNthValue(args[i]) : FoldedInt(args[i]);
    }
  }
  const Result<ResolvedFunction> function = ResolveFunction(call.name, ArgumentsOf(args));
  if (!function.ok()) {
    diagnostics_->Add(at, function.status());
    return false;
  }
  bound->call.function = function->function;
  if (!IgnoresArguments(*function->function)) {
    bound->call.args = CastAll(args, function->arg_types);
  }
  bound->call.type = function->type;
  bound->call.nullable = function->nullable;
  return true;
}

bool ExprBinder::BindFrame(const sql::Call& call, const sql::WindowSpec& spec, const Window& window,
                           WindowFrame* frame) {
  const FrameRule rule = FrameRuleOf(*FindFunction(call.name), !call.within_group.empty());
  if (rule == FrameRule::kAllRows && !window.order_by.empty()) {
    diagnostics_->Add(spec.at, fmt::format("the OVER of {} takes no ORDER BY", call.name),
                      "write OVER (PARTITION BY …)");
    return false;
  }
  if (!spec.frame.has_value()) {
    if (rule == FrameRule::kFree) *frame = DefaultFrame(window);
    return true;
  }
  const sql::WindowFrame& written = *spec.frame;
  if (!written.is_rows && window.order_by.empty()) {
    diagnostics_->Add(written.at, "RANGE without ORDER BY", "add ORDER BY, or write ROWS");
    return false;
  }
  frame->is_rows = written.is_rows;
  FrameOffset start, end;
  if (!BindFrameBound(written.start, written, window, &frame->start, &start) ||
      !BindFrameBound(written.end, written, window, &frame->end, &end) ||
      !CheckOffsets(start, end, written, window)) {
    return false;
  }
  if (rule == FrameRule::kFree) return true;
  if (rule == FrameRule::kAllRows && IsOfAllRows(*frame)) return true;
  if (rule == FrameRule::kFromFirst && IsFromFirstToCurrentRow(*frame)) {
    *frame = WindowFrame();
    return true;
  }
  diagnostics_->Add(written.at, fmt::format("{} takes no frame", call.name), "leave it out");
  return false;
}

bool ExprBinder::CheckOffsets(const FrameOffset& start, const FrameOffset& end,
                              const sql::WindowFrame& written, const Window& window) {
  const bool starts_at_end = written.start.kind == sql::FrameBound::Kind::kUnboundedFollowing;
  const bool ends_at_start = written.end.kind == sql::FrameBound::Kind::kUnboundedPreceding;
  const bool is_backwards = start.distance && end.distance && *start.distance > *end.distance;
  if (starts_at_end || ends_at_start || is_backwards) {
    diagnostics_->Add(written.at, "the frame ends before it starts",
                      "write the earlier bound first: BETWEEN 1 PRECEDING AND 1 FOLLOWING");
    return false;
  }
  if (written.is_rows || start.type == nullptr || end.type == nullptr) return true;
  // Offsets of numbers are cast to the key's type.
  const arrow::DataType& key = *window.order_by[0].expr->type;
  const bool is_of_times = key.id() == arrow::Type::DATE32 || key.id() == arrow::Type::TIMESTAMP;
  if (!is_of_times || SameType(*start.type, *end.type)) return true;
  diagnostics_->Add(written.at,
                    fmt::format("the frame's bounds are of different types, {} and {}",
                                pipeline::DdlOf(*start.type), pipeline::DdlOf(*end.type)),
                    "write intervals of the same units: INTERVAL '24' HOUR for a day");
  return false;
}

bool ExprBinder::BindFrameBound(const sql::FrameBound& bound, const sql::WindowFrame& written,
                                const Window& window, FrameBound* made, FrameOffset* found) {
  made->kind = KindOf(bound.kind);
  if (made->kind != FrameBound::Kind::kOffset) return true;
  const ExprPtr offset = Bind(*bound.offset);
  if (offset == nullptr) return false;
  std::vector<int> columns;
  CollectColumns(*offset, &columns);
  if (!columns.empty()) {
    diagnostics_->Add(bound.offset->at, "the bound of a frame is no constant",
                      "write a number, or an INTERVAL");
    return false;
  }
  const std::optional<int64_t> value = ConstantOf(offset);
  const bool is_before = bound.kind == sql::FrameBound::Kind::kPreceding;
  if (value) found->distance = is_before ? -*value : *value;
  found->type = offset->type;
  if (!written.is_rows) {
    made->value = BindRangeOffset(bound, offset, written, window);
    return made->value != nullptr;
  }
  if (value && offset->type->id() == arrow::Type::INT32) {
    made->num_rows = *found->distance;
    return true;
  }
  diagnostics_->Add(
      bound.offset->at,
      fmt::format("ROWS counts rows by an INT, this is {}", pipeline::DdlOf(*offset->type)),
      "write a whole number");
  return false;
}

// The order key's value `offset` before or after that of the current row.
ExprPtr ExprBinder::BindRangeOffset(const sql::FrameBound& bound, const ExprPtr& offset,
                                    const sql::WindowFrame& written, const Window& window) {
  if (window.order_by.size() != 1) {
    diagnostics_->Add(written.at, "RANGE with an offset needs one ORDER BY key",
                      "order by one key, or write ROWS");
    return nullptr;
  }
  const SortKey& key = window.order_by[0];
  const TypePtr& type = key.expr->type;
  const bool is_before = bound.kind == sql::FrameBound::Kind::kPreceding;
  const bool is_less = is_before != key.descending;
  const bool is_day = type->id() == arrow::Type::DATE32 && offset->type->id() == arrow::Type::INT32;
  const bool is_number = IsNumeric(*type) && IsNumberOrText(*offset->type);
  ExprPtr value;
  Diagnostics ignored;
  ExprBinder quiet = *this;
  quiet.diagnostics_ = &ignored;
  if (is_day) {
    value = quiet.ResolveScalar(is_less ? "date_sub" : "date_add", {key.expr, offset},
                                bound.offset->at);
  } else if (is_number || (IsInterval(*offset->type) && !IsTime(*type))) {
    const ExprPtr step = is_number ? CastTo(offset, type, bound.offset->at) : offset;
    const char* name = is_less ? "subtract" : "add";
    // Sums of decimals keep the scale here, as in Spark, and may have more digits.
    if (is_number && IsDecimal(*type)) {
      const int scale = static_cast<const arrow::DecimalType&>(*type).scale();
      return MakeCall(*FindFunction(name),
                      arrow::decimal128(arrow::Decimal128Type::kMaxPrecision, scale),
                      key.expr->nullable || step->nullable, {key.expr, step}, bound.offset->at);
    }
    value = quiet.ResolveScalar(name, {key.expr, step}, bound.offset->at);
  }
  if (value != nullptr && value->type->Equals(*type)) return value;
  diagnostics_->Add(written.at,
                    fmt::format("RANGE over {} takes no offset of type {}", pipeline::DdlOf(*type),
                                pipeline::DdlOf(*offset->type)),
                    "order by a number, a DATE or a TIMESTAMP; or write ROWS");
  return nullptr;
}

}  // namespace tarn::plan
