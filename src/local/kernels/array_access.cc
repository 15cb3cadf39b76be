#include "local/kernels/column_view_internal.h"
#include "local/kernels/nested_internal.h"

// Elements of ARRAYs and values of MAPs.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;

// By row: the index of the entry whose key is args[1]; kNull where there is none.
Result<std::vector<int64_t>> FindKeys(const KernelContext& context, const Args& args) {
  const ListView maps(args[0]);
  ARROW_ASSIGN_OR_RAISE(const RowKeys keys, KeysOf(maps.keys()));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr wanted, SpreadToArray(args[1], context.num_rows));
  ARROW_ASSIGN_OR_RAISE(const RowKeys wanted_keys, KeysOf(wanted));
  std::vector<int64_t> found(context.num_rows, ListWriter::kNull);
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!maps.IsValid(row) || wanted->IsNull(row)) continue;
    const std::string_view key = wanted_keys.row(row);
    for (int64_t i = maps.begin(row); i < maps.end(row); ++i) {
      if (keys.row(i) != key) continue;
      found[row] = i;
      break;
    }
  }
  return found;
}

Result<Datum> ValuesOfKeys(const KernelContext& context, const Args& args) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<int64_t> found, FindKeys(context, args));
  ARROW_ASSIGN_OR_RAISE(ArrayPtr values, TakeElements(ListView(args[0]).items(), found));
  return Datum(std::move(values));
}

// The element that `position(index, size)` gives, which counts from 0; below 0: NULL. It may be an
// error.
template <typename Index = int64_t, typename Position>
Result<Datum> Elements(const KernelContext& context, const Args& args, Position position) {
  const ListView lists(args[0]);
  const ColumnView<Index> indices(args[1]);
  std::vector<int64_t> chosen(context.num_rows, ListWriter::kNull);
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!lists.IsValid(row) || !indices.IsValid(row)) continue;
    ARROW_ASSIGN_OR_RAISE(const int64_t at, position(indices[row], lists.size(row)));
    if (at >= 0) chosen[row] = lists.begin(row) + at;
  }
  ARROW_ASSIGN_OR_RAISE(ArrayPtr values, TakeElements(lists.elements(), chosen));
  return Datum(std::move(values));
}

Status InvalidIndex(const KernelContext& context, std::string_view error_class, int64_t index,
                    int64_t size, std::string hint) {
  return context.Error(error_class, fmt::format("the ARRAY has {} elements, not {}", size, index),
                       std::move(hint));
}

Result<Datum> Subscript(const KernelContext& context, const Args& args) {
  if (args[0].type()->id() == arrow::Type::MAP) return ValuesOfKeys(context, args);
  return Elements(context, args, [&](int64_t index, int64_t size) -> Result<int64_t> {
    if (index >= 0 && index < size) return index;
    return InvalidIndex(context, "INVALID_ARRAY_INDEX", index, size,
                        "indices count from 0; get(array, index) gives NULL instead");
  });
}

Result<Datum> Get(const KernelContext& context, const Args& args) {
  return Elements<int32_t>(context, args, [](int64_t index, int64_t size) -> Result<int64_t> {
    return index < size ? index : ListWriter::kNull;
  });
}

// Counted from 1, or from the end when negative.
template <bool kIsTry>
Result<Datum> ElementAt(const KernelContext& context, const Args& args) {
  if (args[0].type()->id() == arrow::Type::MAP) return ValuesOfKeys(context, args);
  return Elements(context, args, [&](int64_t index, int64_t size) -> Result<int64_t> {
    if (index == 0) {
      return context.Error("INVALID_INDEX_OF_ZERO", "the index 0 is invalid",
                           "positions count from 1, or from -1 backwards");
    }
    if (index > 0 && index <= size) return index - 1;
    if (index < 0 && -index <= size) return size + index;
    if (kIsTry) return ListWriter::kNull;
    return InvalidIndex(context, "INVALID_ARRAY_INDEX_IN_ELEMENT_AT", index, size,
                        "try_element_at gives NULL instead");
  });
}

Result<Datum> Size(const KernelContext& context, const Args& args) {
  const ListView lists(args[0]);
  arrow::Int32Builder builder;
  ARROW_RETURN_NOT_OK(builder.Reserve(context.num_rows));
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (lists.IsValid(row)) {
      builder.UnsafeAppend(static_cast<int32_t>(lists.size(row)));
    } else {
      builder.UnsafeAppendNull();
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto sizes, builder.Finish());
  return Datum(std::move(sizes));
}

Result<Datum> ContainsKey(const KernelContext& context, const Args& args) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<int64_t> found, FindKeys(context, args));
  const ListView maps(args[0]);
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr wanted, SpreadToArray(args[1], context.num_rows));
  arrow::BooleanBuilder builder;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    const bool is_null = !maps.IsValid(row) || wanted->IsNull(row);
    ARROW_RETURN_NOT_OK(is_null ? builder.AppendNull()
                                : builder.Append(found[row] != ListWriter::kNull));
  }
  ARROW_ASSIGN_OR_RAISE(auto contains, builder.Finish());
  return Datum(std::move(contains));
}

// `append(lists, row, first, builder)` for each row where neither argument is NULL: `first` is the
// index of the first element that equals args[1], kNull: none does.
template <typename Builder, typename Append>
Result<Datum> SearchElements(const KernelContext& context, const Args& args, Append append) {
  const ListView lists(args[0]);
  ARROW_ASSIGN_OR_RAISE(const RowKeys keys, KeysOf(lists.elements()));
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr wanted, SpreadToArray(args[1], context.num_rows));
  ARROW_ASSIGN_OR_RAISE(const RowKeys wanted_keys, KeysOf(wanted));
  Builder builder;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!lists.IsValid(row) || wanted->IsNull(row)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
      continue;
    }
    int64_t at = lists.begin(row);
    while (at < lists.end(row) && keys.row(at) != wanted_keys.row(row)) ++at;
    ARROW_RETURN_NOT_OK(append(lists, row, at < lists.end(row) ? at : ListWriter::kNull, &builder));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return Datum(std::move(array));
}

bool HasNull(const ListView& lists, int64_t row) {
  for (int64_t i = lists.begin(row); i < lists.end(row); ++i) {
    if (lists.elements()->IsNull(i)) return true;
  }
  return false;
}

Result<Datum> ArrayContains(const KernelContext& context, const Args& args) {
  using Builder = arrow::BooleanBuilder;
  return SearchElements<Builder>(
      context, args, [](const ListView& lists, int64_t row, int64_t first, Builder* builder) {
        const bool is_found = first != ListWriter::kNull;
        return !is_found && HasNull(lists, row) ? builder->AppendNull() : builder->Append(is_found);
      });
}

Result<Datum> ArrayPosition(const KernelContext& context, const Args& args) {
  using Builder = arrow::Int64Builder;
  return SearchElements<Builder>(
      context, args, [](const ListView& lists, int64_t row, int64_t first, Builder* builder) {
        return builder->Append(first == ListWriter::kNull ? 0 : first - lists.begin(row) + 1);
      });
}

// The least or the greatest element, NULLs left out.
template <bool kIsMax>
Result<Datum> Extreme(const KernelContext& context, const Args& args) {
  const ListView lists(args[0]);
  ARROW_ASSIGN_OR_RAISE(const RowKeys keys, KeysOf(lists.elements()));
  std::vector<int64_t> chosen(context.num_rows, ListWriter::kNull);
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!lists.IsValid(row)) continue;
    int64_t& best = chosen[row];
    for (int64_t i = lists.begin(row); i < lists.end(row); ++i) {
      if (lists.elements()->IsNull(i)) continue;
      if (best != ListWriter::kNull) {
        const int order = keys.row(i).compare(keys.row(best));
        if (kIsMax ? order <= 0 : order >= 0) continue;
      }
      best = i;
    }
  }
  ARROW_ASSIGN_OR_RAISE(ArrayPtr values, TakeElements(lists.elements(), chosen));
  return Datum(std::move(values));
}

}  // namespace

std::span<const NamedKernel> ArrayAccessKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"subscript", Subscript},
      {"get", Get},
      {"element_at", ElementAt<false>},
      {"try_element_at", ElementAt<true>},
      {"size", Size},
      {"array_size", Size},
      {"map_contains_key", ContainsKey},
      {"array_contains", ArrayContains},
      {"array_position", ArrayPosition},
      {"array_min", Extreme<false>},
      {"array_max", Extreme<true>},
  };
  return kKernels;
}

}  // namespace tarn::local
