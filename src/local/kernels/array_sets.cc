#include <algorithm>
#include <unordered_set>

#include "local/kernels/nested_internal.h"

// ARRAYs as sets. NaN equals itself, 0.0 equals -0.0 and stands for it, NULL equals NULL.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;
using Keys = std::unordered_set<std::string_view>;

// The elements of one or two arguments, and their keys.
struct Operands {
  std::vector<ListView> lists;
  std::vector<int64_t> bases;  // by argument: the index of its first element in `elements`
  ArrayPtr elements;
  RowKeys keys;

  static Result<Operands> Make(const Args& args) {
    Operands operands;
    arrow::ArrayVector parts;
    int64_t base = 0;
    for (const Datum& arg : args) {
      parts.push_back(operands.lists.emplace_back(arg).elements());
      operands.bases.push_back(base);
      base += parts.back()->length();
    }
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr all, JoinArrays(parts));
    ARROW_ASSIGN_OR_RAISE(operands.elements, WithoutNegativeZeros(all));
    ARROW_ASSIGN_OR_RAISE(operands.keys, KeysOf(operands.elements));
    return operands;
  }

  bool IsValid(int64_t row) const {
    return std::all_of(lists.begin(), lists.end(),
                       [&](const ListView& list) { return list.IsValid(row); });
  }
  int64_t begin(size_t arg, int64_t row) const { return bases[arg] + lists[arg].begin(row); }
  int64_t end(size_t arg, int64_t row) const { return bases[arg] + lists[arg].end(row); }

  void AddKeys(size_t arg, int64_t row, Keys* set) const {
    for (int64_t i = begin(arg, row); i < end(arg, row); ++i) set->insert(keys.row(i));
  }
  void AppendNew(size_t arg, int64_t row, Keys* met, ListWriter* writer) const {
    for (int64_t i = begin(arg, row); i < end(arg, row); ++i) {
      if (met->insert(keys.row(i)).second) writer->Append(i);
    }
  }
};

// append(operands, row, writer) for each row without a NULL argument.
template <typename Append>
Result<Datum> MapSets(const KernelContext& context, const Args& args, Append append) {
  ARROW_ASSIGN_OR_RAISE(const Operands operands, Operands::Make(args));
  ListWriter writer;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!operands.IsValid(row)) {
      ARROW_RETURN_NOT_OK(writer.EndNullRow());
      continue;
    }
    append(operands, row, &writer);
    ARROW_RETURN_NOT_OK(writer.EndRow());
  }
  return writer.Finish(context.type(), operands.elements);
}

Result<Datum> DistinctOrUnion(const KernelContext& context, const Args& args) {
  return MapSets(context, args, [](const Operands& operands, int64_t row, ListWriter* writer) {
    Keys met;
    for (size_t arg = 0; arg < operands.lists.size(); ++arg) {
      operands.AppendNew(arg, row, &met, writer);
    }
  });
}

Result<Datum> Except(const KernelContext& context, const Args& args) {
  return MapSets(context, args, [](const Operands& operands, int64_t row, ListWriter* writer) {
    Keys met;
    operands.AddKeys(1, row, &met);
    operands.AppendNew(0, row, &met, writer);
  });
}

Result<Datum> Intersect(const KernelContext& context, const Args& args) {
  return MapSets(context, args, [](const Operands& operands, int64_t row, ListWriter* writer) {
    Keys common, met;
    operands.AddKeys(1, row, &common);
    for (int64_t i = operands.begin(0, row); i < operands.end(0, row); ++i) {
      const std::string_view key = operands.keys.row(i);
      if (common.contains(key) && met.insert(key).second) writer->Append(i);
    }
  });
}

// array_remove: without the elements that equal a value.
Result<Datum> Remove(const KernelContext& context, const Args& args) {
  const ListView lists(args[0]);
  ARROW_ASSIGN_OR_RAISE(const RowKeys keys, KeysOf(lists.elements()));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr value, SpreadToArray(args[1], context.num_rows));
  ARROW_ASSIGN_OR_RAISE(const RowKeys value_keys, KeysOf(value));
  ListWriter writer;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!lists.IsValid(row) || value->IsNull(row)) {
      ARROW_RETURN_NOT_OK(writer.EndNullRow());
      continue;
    }
    for (int64_t i = lists.begin(row); i < lists.end(row); ++i) {
      if (keys.row(i) != value_keys.row(row)) writer.Append(i);
    }
    ARROW_RETURN_NOT_OK(writer.EndRow());
  }
  return writer.Finish(context.type(), lists.elements());
}

enum class Truth { kFalse, kTrue, kUnknown };

// Unknown where a NULL might be the common one.
Truth Overlaps(const Operands& operands, int64_t row) {
  Keys left;
  bool has_null = false;
  for (int64_t i = operands.begin(0, row); i < operands.end(0, row); ++i) {
    if (operands.elements->IsNull(i)) {
      has_null = true;
    } else {
      left.insert(operands.keys.row(i));
    }
  }
  for (int64_t i = operands.begin(1, row); i < operands.end(1, row); ++i) {
    if (operands.elements->IsNull(i)) {
      has_null = true;
    } else if (left.contains(operands.keys.row(i))) {
      return Truth::kTrue;
    }
  }
  const bool is_empty = operands.lists[0].size(row) == 0 || operands.lists[1].size(row) == 0;
  return has_null && !is_empty ? Truth::kUnknown : Truth::kFalse;
}

Result<Datum> ArraysOverlap(const KernelContext& context, const Args& args) {
  ARROW_ASSIGN_OR_RAISE(const Operands operands, Operands::Make(args));
  arrow::BooleanBuilder builder;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    const Truth truth = operands.IsValid(row) ? Overlaps(operands, row) : Truth::kUnknown;
    ARROW_RETURN_NOT_OK(truth == Truth::kUnknown ? builder.AppendNull()
                                                 : builder.Append(truth == Truth::kTrue));
  }
  ARROW_ASSIGN_OR_RAISE(auto overlaps, builder.Finish());
  return Datum(std::move(overlaps));
}

}  // namespace

std::span<const NamedKernel> ArraySetKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"array_distinct", DistinctOrUnion},
      {"array_union", DistinctOrUnion},
      {"array_intersect", Intersect},
      {"array_except", Except},
      {"array_remove", Remove},
      {"arrays_overlap", ArraysOverlap},
  };
  return kKernels;
}

}  // namespace tarn::local
