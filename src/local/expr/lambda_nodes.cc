#include <arrow/array/util.h>
#include <arrow/compute/api.h>

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

#include "local/expr/expr_node_internal.h"
#include "local/expr/failing_row_internal.h"
#include "local/expr/selection_internal.h"
#include "local/kernels/nested_internal.h"
#include "plan/known_functions.h"

// Calls of functions that take lambdas. A lambda's body is computed for the elements of all rows at
// once, as columns beside those of the rows around it.
namespace tarn::local {
namespace {

using arrow::Datum;
using arrow::RecordBatch;
using plan::Expr;
using plan::ExprPtr;

constexpr int64_t kNull = ListWriter::kNull;

// The columns that lambdas read of the rows around them, by number: their places in a body's input.
using Captured = std::map<int, int>;

void Capture(const Expr& expr, Captured* captured, std::vector<ExprPtr>* columns) {
  for (const ExprPtr& arg : expr.args) {
    if (IsColumn(*arg)) {
      const int next = static_cast<int>(captured->size());
      if (captured->emplace(arg->column, next).second) columns->push_back(arg);
    }
    Capture(*arg, captured, columns);
  }
}

// A lambda's body over columns: those captured, then its parameters. `depth` counts the lambdas
// inside it that are around `expr`, whose parameters stay.
ExprPtr OverColumns(const ExprPtr& expr, const Captured& captured, int depth) {
  if (IsColumn(*expr)) {
    return plan::MakeColumn(captured.at(expr->column), expr->type, expr->nullable, expr->at);
  }
  if (expr->kind == Expr::Kind::kParameter) {
    if (expr->level != depth) return expr;
    return plan::MakeColumn(static_cast<int>(captured.size()) + expr->parameter, expr->type,
                            expr->nullable, expr->at);
  }
  if (expr->args.empty()) return expr;
  const int inner = depth + (expr->kind == Expr::Kind::kLambda ? 1 : 0);
  std::vector<ExprPtr> args;
  for (const ExprPtr& arg : expr->args) args.push_back(OverColumns(arg, captured, inner));
  return WithArgs(expr, std::move(args));
}

class LambdaNode : public ExprNode {
 public:
  LambdaNode(ExprPtr expr, LambdaParts parts, const ExprContext& context)
      : ExprNode(std::move(expr), std::move(parts.args)),
        bodies_(std::move(parts.bodies)),
        num_values_(parts.num_values),
        context_(context) {
    for (const ExprNodePtr& body : bodies_) {
      set_may_fail(may_fail() || body->may_fail());
      if (body->may_evaluate_twice()) set_may_evaluate_twice();
    }
    for (size_t i = 1; i < num_values_; ++i) {
      if (this->args()[i]->may_fail()) set_may_evaluate_twice();
    }
  }

 protected:
  // What is around the elements of a batch: columns that bodies read.
  struct Around {
    arrow::ArrayVector columns;
    int64_t num_rows = 0;
  };

  Result<Around> EvaluateAround(const RecordBatch& input) const {
    Around around;
    around.num_rows = input.num_rows();
    for (size_t i = num_values_; i < args().size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(const Datum column, args()[i]->Evaluate(input));
      ARROW_ASSIGN_OR_RAISE(around.columns.emplace_back(), SpreadToArray(column, input.num_rows()));
    }
    return around;
  }

  // The arguments that are no lambdas. As in Spark, none is needed in rows where one before is
  // NULL.
  Result<std::vector<Datum>> EvaluateValues(const RecordBatch& input) const {
    std::vector<Datum> values;
    Mask open;
    for (size_t i = 0; i < num_values_; ++i) {
      ARROW_ASSIGN_OR_RAISE(values.emplace_back(), open == nullptr
                                                       ? args()[i]->Evaluate(input)
                                                       : EvaluateAtLeast(*args()[i], input, open));
      if (i + 1 == num_values_) break;
      ARROW_ASSIGN_OR_RAISE(const Mask valid, ValidRows(values[i], input.num_rows()));
      if (open == nullptr) {
        open = valid;
      } else {
        ARROW_ASSIGN_OR_RAISE(open, And(open, valid));
      }
    }
    return values;
  }

  // Lambda `lambda` for each of `rows`, which may repeat, beside which `parameters` stand.
  Result<ArrayPtr> EvaluateBody(size_t lambda, const Around& around,
                                const std::vector<int64_t>& rows,
                                const arrow::ArrayVector& parameters) const {
    const ExprNode& body = *bodies_[lambda];
    if (rows.empty()) return arrow::MakeEmptyArray(body.type());
    arrow::ArrayVector columns;
    for (const ArrayPtr& column : around.columns) {
      ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), TakeElements(column, rows));
    }
    columns.insert(columns.end(), parameters.begin(), parameters.end());
    arrow::FieldVector fields;
    for (const ArrayPtr& column : columns) fields.push_back(arrow::field("", column->type()));
    const auto batch =
        RecordBatch::Make(arrow::schema(std::move(fields)), std::ssize(rows), std::move(columns));
    Result<ArrayPtr> values = EvaluateToArray(body, *batch);
    if (values.ok() || around.num_rows > 1) return values;
    return ErrorOfFirstRow(body, *batch, values.status());
  }

  const ExprNode& body(size_t lambda) const { return *bodies_[lambda]; }
  size_t num_bodies() const { return bodies_.size(); }

  KernelContext ContextOf(int64_t num_rows) const {
    return {.num_rows = num_rows, .call = expr().get(), .shared = context_};
  }

 private:
  const std::vector<ExprNodePtr> bodies_;
  const size_t num_values_;
  const ExprContext context_;
};

// The place of each element in its row, from 0.
Result<ArrayPtr> Places(const CompactList& lists) {
  arrow::Int32Builder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(std::ssize(lists.rows)));
  for (size_t i = 0; i < lists.rows.size(); ++i) {
    builder.UnsafeAppend(
        static_cast<int32_t>(static_cast<int64_t>(i) - lists.shape.begin(lists.rows[i])));
  }
  return builder.Finish();
}

// transform, filter and those of one MAP: the lambda for each element or entry.
class EachNode : public LambdaNode {
 public:
  using LambdaNode::LambdaNode;

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(const std::vector<Datum> values, EvaluateValues(input));
    ARROW_ASSIGN_OR_RAISE(const Around around, EvaluateAround(input));
    const ListView view(values[0]);
    ARROW_ASSIGN_OR_RAISE(CompactList lists, MakeCompact(view, input.num_rows()));
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr elements, TakeElements(view.elements(), lists.indices));
    arrow::ArrayVector parameters;
    const bool is_map = values[0].type()->id() == arrow::Type::MAP;
    if (is_map) {
      const auto& entries = static_cast<const arrow::StructArray&>(*elements);
      parameters = {entries.field(0), entries.field(1)};
    } else {
      ARROW_ASSIGN_OR_RAISE(const ArrayPtr places, Places(lists));
      parameters = {elements, places};
    }
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr given, EvaluateBody(0, around, lists.rows, parameters));
    if (IsCall(*expr(), plan::kTransform)) return Made(lists.shape.Finish(type(), given));
    if (IsCall(*expr(), plan::kTransformKeys)) {
      return Made(
          MakeMap(ContextOf(input.num_rows()), std::move(lists.shape), given, parameters[1]));
    }
    if (IsCall(*expr(), plan::kTransformValues)) {
      const auto& map = static_cast<const arrow::MapType&>(*type());
      return Made(lists.shape.Finish(
          type(), MakeStructs(map.value_type(), given->length(), {parameters[0], given})));
    }
    return Chosen(lists.shape, elements, static_cast<const arrow::BooleanArray&>(*given));
  }

 private:
  static Result<Datum> Made(const Result<ArrayPtr>& array) {
    ARROW_RETURN_NOT_OK(array.status());
    return Datum(*array);
  }

  // The elements for which it is true.
  Result<Datum> Chosen(const ListShape& shape, const ArrayPtr& elements,
                       const arrow::BooleanArray& holds) const {
    ListWriter writer;
    for (int64_t row = 0; row < shape.num_rows(); ++row) {
      for (int64_t i = shape.begin(row); i < shape.end(row); ++i) {
        if (holds.IsValid(i) && holds.Value(i)) writer.Append(i);
      }
      ARROW_RETURN_NOT_OK(shape.IsValid(row) ? writer.EndRow() : writer.EndNullRow());
    }
    return writer.Finish(type(), elements);
  }
};

// Elements that are tested, and the rows that have them.
struct Tested {
  std::vector<int64_t> rows;
  std::vector<int64_t> indices;
};

// exists and forall: an element is tested only while those before it leave the answer open.
class SomeNode : public LambdaNode {
 public:
  using LambdaNode::LambdaNode;

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(const std::vector<Datum> values, EvaluateValues(input));
    ARROW_ASSIGN_OR_RAISE(const Around around, EvaluateAround(input));
    const ListView lists(values[0]);
    const bool deciding = IsCall(*expr(), plan::kArrayExists);
    std::vector<State> states(input.num_rows());
    // One element of each row at a time where testing may fail, else all at once.
    int64_t num_at_once = body(0).may_fail() ? 1 : std::numeric_limits<int32_t>::max();
    for (int64_t place = 0;; place += num_at_once) {
      Tested tested;
      for (int64_t row = 0; row < input.num_rows(); ++row) {
        if (!lists.IsValid(row) || states[row].is_decided) continue;
        const int64_t end = std::min(lists.size(row), place + num_at_once);
        for (int64_t i = place; i < end; ++i) {
          tested.rows.push_back(row);
          tested.indices.push_back(lists.begin(row) + i);
        }
      }
      if (tested.rows.empty()) break;
      ARROW_ASSIGN_OR_RAISE(const ArrayPtr elements,
                            TakeElements(lists.elements(), tested.indices));
      ARROW_ASSIGN_OR_RAISE(const ArrayPtr given, EvaluateBody(0, around, tested.rows, {elements}));
      const auto& holds = static_cast<const arrow::BooleanArray&>(*given);
      for (size_t i = 0; i < tested.rows.size(); ++i) {
        State& state = states[tested.rows[i]];
        const auto at = static_cast<int64_t>(i);
        if (holds.IsNull(at)) {
          state.has_null = true;
        } else if (holds.Value(at) == deciding) {
          state.is_decided = true;
        }
      }
    }
    return Answers(lists, states, deciding);
  }

 private:
  struct State {
    bool is_decided = false;
    bool has_null = false;
  };

  static Result<Datum> Answers(const ListView& lists, const std::vector<State>& states,
                               bool deciding) {
    arrow::BooleanBuilder builder;
    ARROW_RETURN_NOT_OK(builder.Reserve(std::ssize(states)));
    for (size_t row = 0; row < states.size(); ++row) {
      const State& state = states[row];
      const bool is_valid = lists.IsValid(static_cast<int64_t>(row));
      if (!is_valid || (state.has_null && !state.is_decided)) {
        builder.UnsafeAppendNull();
      } else {
        builder.UnsafeAppend(state.is_decided == deciding);
      }
    }
    ARROW_ASSIGN_OR_RAISE(auto answers, builder.Finish());
    return Datum(std::move(answers));
  }
};

// aggregate: the elements of each row one after the other, those of all rows side by side.
class AggregateNode : public LambdaNode {
 public:
  using LambdaNode::LambdaNode;

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(const std::vector<Datum> values, EvaluateValues(input));
    ARROW_ASSIGN_OR_RAISE(const Around around, EvaluateAround(input));
    const ListView lists(values[0]);
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr starts, SpreadToArray(values[1], input.num_rows()));
    // Rows whose elements are gathered: their numbers, and pieces of what was gathered.
    std::vector<int64_t> done;
    arrow::ArrayVector pieces;
    std::vector<int64_t> rows;
    for (int64_t row = 0; row < input.num_rows(); ++row) {
      if (lists.IsValid(row)) rows.push_back(row);
    }
    ARROW_ASSIGN_OR_RAISE(ArrayPtr gathered, TakeElements(starts, rows));
    for (int64_t place = 0; !rows.empty(); ++place) {
      std::vector<int64_t> open, ended, next_rows, indices;  // open, ended: in `gathered`
      for (size_t i = 0; i < rows.size(); ++i) {
        if (lists.size(rows[i]) == place) {
          ended.push_back(static_cast<int64_t>(i));
          done.push_back(rows[i]);
          continue;
        }
        open.push_back(static_cast<int64_t>(i));
        next_rows.push_back(rows[i]);
        indices.push_back(lists.begin(rows[i]) + place);
      }
      if (!ended.empty()) {
        ARROW_ASSIGN_OR_RAISE(pieces.emplace_back(), TakeElements(gathered, ended));
      }
      rows = std::move(next_rows);
      if (rows.empty()) break;
      ARROW_ASSIGN_OR_RAISE(const ArrayPtr before, TakeElements(gathered, open));
      ARROW_ASSIGN_OR_RAISE(const ArrayPtr elements, TakeElements(lists.elements(), indices));
      ARROW_ASSIGN_OR_RAISE(gathered, EvaluateBody(0, around, rows, {before, elements}));
    }
    return Finish(around, done, std::move(pieces));
  }

 private:
  // The last lambda for the rows `done`, put into their places.
  Result<Datum> Finish(const Around& around, const std::vector<int64_t>& done,
                       arrow::ArrayVector pieces) const {
    if (done.empty()) return Datum(arrow::MakeNullScalar(type()));
    ARROW_ASSIGN_OR_RAISE(ArrayPtr gathered, JoinArrays(pieces));
    if (num_bodies() == 2) {
      ARROW_ASSIGN_OR_RAISE(gathered, EvaluateBody(1, around, done, {gathered}));
    }
    std::vector<int64_t> places(around.num_rows, kNull);
    for (size_t i = 0; i < done.size(); ++i) places[done[i]] = static_cast<int64_t>(i);
    ARROW_ASSIGN_OR_RAISE(ArrayPtr result, TakeElements(gathered, places));
    return Datum(std::move(result));
  }
};

class ZipWithNode : public LambdaNode {
 public:
  using LambdaNode::LambdaNode;

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(const std::vector<Datum> values, EvaluateValues(input));
    ARROW_ASSIGN_OR_RAISE(const Around around, EvaluateAround(input));
    const ListView left(values[0]), right(values[1]);
    ListShape shape;
    std::vector<int64_t> rows, left_indices, right_indices;
    for (int64_t row = 0; row < input.num_rows(); ++row) {
      const bool is_valid = left.IsValid(row) && right.IsValid(row);
      const int64_t size = is_valid ? std::max(left.size(row), right.size(row)) : 0;
      for (int64_t i = 0; i < size; ++i) {
        rows.push_back(row);
        left_indices.push_back(i < left.size(row) ? left.begin(row) + i : kNull);
        right_indices.push_back(i < right.size(row) ? right.begin(row) + i : kNull);
      }
      ARROW_RETURN_NOT_OK(shape.EndRow(std::ssize(rows), is_valid));
    }
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr lefts, TakeElements(left.elements(), left_indices));
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr rights, TakeElements(right.elements(), right_indices));
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr given, EvaluateBody(0, around, rows, {lefts, rights}));
    ARROW_ASSIGN_OR_RAISE(ArrayPtr zipped, shape.Finish(type(), given));
    return Datum(std::move(zipped));
  }
};

// The keys of two MAPs: those of the left one, then those that only the right one has.
class MapZipWithNode : public LambdaNode {
 public:
  using LambdaNode::LambdaNode;

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(const std::vector<Datum> values, EvaluateValues(input));
    ARROW_ASSIGN_OR_RAISE(const Around around, EvaluateAround(input));
    const ListView left(values[0]), right(values[1]);
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr keys, JoinArrays({left.keys(), right.keys()}));
    ARROW_ASSIGN_OR_RAISE(const RowKeys encoded, KeysOf(keys));
    Pairs pairs;
    for (int64_t row = 0; row < input.num_rows(); ++row) {
      const bool is_valid = left.IsValid(row) && right.IsValid(row);
      if (is_valid) AddRow(left, right, encoded, row, &pairs);
      ARROW_RETURN_NOT_OK(pairs.shape.EndRow(std::ssize(pairs.rows), is_valid));
    }
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr taken_keys, TakeElements(keys, pairs.keys));
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr lefts, TakeElements(left.items(), pairs.left));
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr rights, TakeElements(right.items(), pairs.right));
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr given,
                          EvaluateBody(0, around, pairs.rows, {taken_keys, lefts, rights}));
    ARROW_ASSIGN_OR_RAISE(ArrayPtr maps, MakeMap(ContextOf(input.num_rows()),
                                                 std::move(pairs.shape), taken_keys, given));
    return Datum(std::move(maps));
  }

 private:
  struct Pairs {
    ListShape shape;
    std::vector<int64_t> rows, keys, left, right;  // by pair
  };

  static void AddRow(const ListView& left, const ListView& right, const RowKeys& encoded,
                     int64_t row, Pairs* pairs) {
    const int64_t right_base = left.elements()->length();
    std::unordered_map<std::string_view, size_t> met;
    for (int64_t i = left.begin(row); i < left.end(row); ++i) {
      met.emplace(encoded.row(i), pairs->rows.size());
      Add(row, i, i, kNull, pairs);
    }
    for (int64_t i = right.begin(row); i < right.end(row); ++i) {
      const auto found = met.find(encoded.row(right_base + i));
      if (found != met.end()) {
        pairs->right[found->second] = i;
      } else {
        Add(row, right_base + i, kNull, i, pairs);
      }
    }
  }

  static void Add(int64_t row, int64_t key, int64_t left, int64_t right, Pairs* pairs) {
    pairs->rows.push_back(row);
    pairs->keys.push_back(key);
    pairs->left.push_back(left);
    pairs->right.push_back(right);
  }
};

// Two runs of a row's elements that are being merged into one.
struct Merge {
  int64_t row = 0;
  size_t left = 0, left_end = 0;    // in the order before
  size_t right = 0, right_end = 0;  // in the order before
  size_t out = 0;                   // in the order after
};

// array_sort by a lambda: merge sort from below, the comparisons of all merges side by side.
class ArraySortNode : public LambdaNode {
 public:
  using LambdaNode::LambdaNode;

 protected:
  Result<Datum> Compute(const RecordBatch& input) const override {
    ARROW_ASSIGN_OR_RAISE(const std::vector<Datum> values, EvaluateValues(input));
    ARROW_ASSIGN_OR_RAISE(const Around around, EvaluateAround(input));
    const ListView view(values[0]);
    ARROW_ASSIGN_OR_RAISE(CompactList lists, MakeCompact(view, input.num_rows()));
    size_t longest = 0;
    for (int64_t row = 0; row < input.num_rows(); ++row) {
      longest =
          std::max(longest, static_cast<size_t>(lists.shape.end(row) - lists.shape.begin(row)));
    }
    for (size_t width = 1; width < longest; width *= 2) {
      std::vector<int64_t> sorted = lists.indices;
      std::vector<Merge> merges = MergesOf(lists.shape, width);
      while (!merges.empty()) {
        ARROW_RETURN_NOT_OK(Step(around, view, lists.indices, &merges, &sorted));
      }
      lists.indices = std::move(sorted);
    }
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr elements, TakeElements(view.elements(), lists.indices));
    ARROW_ASSIGN_OR_RAISE(ArrayPtr result, lists.shape.Finish(type(), elements));
    return Datum(std::move(result));
  }

 private:
  static std::vector<Merge> MergesOf(const ListShape& shape, size_t width) {
    std::vector<Merge> merges;
    for (int64_t row = 0; row < shape.num_rows(); ++row) {
      const auto end = static_cast<size_t>(shape.end(row));
      for (auto begin = static_cast<size_t>(shape.begin(row)); begin + width < end;
           begin += 2 * width) {
        merges.push_back(
            {row, begin, begin + width, begin + width, std::min(begin + 2 * width, end), begin});
      }
    }
    return merges;
  }

  // One comparison of each merge; those that have come to the end of a run are taken out.
  Status Step(const Around& around, const ListView& view, const std::vector<int64_t>& order,
              std::vector<Merge>* merges, std::vector<int64_t>* sorted) const {
    std::vector<int64_t> rows, lefts, rights;
    for (const Merge& merge : *merges) {
      rows.push_back(merge.row);
      lefts.push_back(order[merge.left]);
      rights.push_back(order[merge.right]);
    }
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr left, TakeElements(view.elements(), lefts));
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr right, TakeElements(view.elements(), rights));
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr given, EvaluateBody(0, around, rows, {left, right}));
    const auto& compared = static_cast<const arrow::Int32Array&>(*given);
    if (compared.null_count() > 0) {
      return ContextOf(1).Error("COMPARATOR_RETURNS_NULL", "the lambda gives NULL for two elements",
                                "give 0, or a number below or above it, for all elements");
    }
    std::vector<Merge> open;
    for (size_t i = 0; i < merges->size(); ++i) {
      Merge& merge = (*merges)[i];
      const bool takes_right = compared.Value(static_cast<int64_t>(i)) > 0;
      (*sorted)[merge.out++] = order[takes_right ? merge.right++ : merge.left++];
      if (merge.left < merge.left_end && merge.right < merge.right_end) {
        open.push_back(merge);
        continue;
      }
      while (merge.left < merge.left_end) (*sorted)[merge.out++] = order[merge.left++];
      while (merge.right < merge.right_end) (*sorted)[merge.out++] = order[merge.right++];
    }
    *merges = std::move(open);
    return Status::OK();
  }
};

}  // namespace

bool HasLambda(const Expr& expr) {
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [](const ExprPtr& arg) { return arg->kind == Expr::Kind::kLambda; });
}

LambdaClosure CloseLambdas(const Expr& call) {
  LambdaClosure closure;
  Captured captured;
  for (const ExprPtr& arg : call.args) {
    if (arg->kind != Expr::Kind::kLambda) {
      closure.values.push_back(arg);
    } else {
      Capture(*arg, &captured, &closure.captured);
    }
  }
  for (const ExprPtr& arg : call.args) {
    if (arg->kind != Expr::Kind::kLambda) continue;
    closure.bodies.push_back(OverColumns(arg->args[0], captured, 0));
  }
  return closure;
}

ExprNodePtr MakeLambdaNode(const ExprPtr& call, LambdaParts parts, const ExprContext& context) {
  const auto is = [&](const plan::Function& function) { return IsCall(*call, function); };
  if (is(plan::kArrayExists) || is(plan::kForAll)) {
    return std::make_unique<SomeNode>(call, std::move(parts), context);
  }
  if (is(plan::kArrayAggregate)) {
    return std::make_unique<AggregateNode>(call, std::move(parts), context);
  }
  if (is(plan::kZipWith)) return std::make_unique<ZipWithNode>(call, std::move(parts), context);
  if (is(plan::kMapZipWith)) {
    return std::make_unique<MapZipWithNode>(call, std::move(parts), context);
  }
  if (is(plan::kArraySort)) return std::make_unique<ArraySortNode>(call, std::move(parts), context);
  const bool is_each = is(plan::kTransform) || is(plan::kArrayFilter) || is(plan::kMapFilter) ||
                       is(plan::kTransformKeys) || is(plan::kTransformValues);
  if (is_each) return std::make_unique<EachNode>(call, std::move(parts), context);
  return MakeUnknownFunctionNode(call);
}

}  // namespace tarn::local
