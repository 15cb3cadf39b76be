#include <arrow/array/util.h>

#include <algorithm>

#include "local/kernels/column_view_internal.h"
#include "local/kernels/nested_internal.h"

// Functions that make ARRAYs of others' elements.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;

Result<Datum> MakeArrays(const KernelContext& context, const Args& args) {
  const auto& element_type = context.type()->field(0)->type();
  arrow::ArrayVector columns;
  for (const Datum& arg : args) {
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), SpreadToArray(arg, context.num_rows));
  }
  if (columns.empty()) {
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), arrow::MakeEmptyArray(element_type));
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr values, JoinArrays(columns));
  ListWriter writer;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    for (size_t i = 0; i < args.size(); ++i) {
      writer.Append(static_cast<int64_t>(i) * context.num_rows + row);
    }
    ARROW_RETURN_NOT_OK(writer.EndRow());
  }
  return writer.Finish(context.type(), values);
}

// append(lists, row, writer) for each row that is not NULL.
template <typename Append>
Result<Datum> MapLists(const KernelContext& context, const Datum& arg, Append append) {
  const ListView lists(arg);
  ListWriter writer;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!lists.IsValid(row)) {
      ARROW_RETURN_NOT_OK(writer.EndNullRow());
      continue;
    }
    append(lists, row, &writer);
    ARROW_RETURN_NOT_OK(writer.EndRow());
  }
  return writer.Finish(context.type(), lists.elements());
}

Result<Datum> Compact(const KernelContext& context, const Args& args) {
  return MapLists(context, args[0], [](const ListView& lists, int64_t row, ListWriter* writer) {
    for (int64_t i = lists.begin(row); i < lists.end(row); ++i) {
      if (lists.elements()->IsValid(i)) writer->Append(i);
    }
  });
}

// An ARRAY and a value beside it, whose index among all elements is ValueAt(row).
class ListAndValue {
 public:
  static Result<ListAndValue> Make(const KernelContext& context, const Datum& list,
                                   const Datum& value) {
    ListAndValue both{ListView(list)};
    ARROW_ASSIGN_OR_RAISE(both.value_, SpreadToArray(value, context.num_rows));
    ARROW_ASSIGN_OR_RAISE(both.elements_, JoinArrays({both.lists_.elements(), both.value_}));
    return both;
  }
  const ListView& lists() const { return lists_; }
  const ArrayPtr& value() const { return value_; }
  const ArrayPtr& elements() const { return elements_; }
  int64_t ValueAt(int64_t row) const { return lists_.elements()->length() + row; }

 private:
  explicit ListAndValue(ListView lists) : lists_(std::move(lists)) {}

  ListView lists_;
  ArrayPtr value_;
  ArrayPtr elements_;
};

template <bool kAtStart>
Result<Datum> AddElement(const KernelContext& context, const Args& args) {
  ARROW_ASSIGN_OR_RAISE(const auto both, ListAndValue::Make(context, args[0], args[1]));
  const ListView& lists = both.lists();
  ListWriter writer;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!lists.IsValid(row)) {
      ARROW_RETURN_NOT_OK(writer.EndNullRow());
      continue;
    }
    if (kAtStart) writer.Append(both.ValueAt(row));
    writer.AppendRange(lists.begin(row), lists.end(row));
    if (!kAtStart) writer.Append(both.ValueAt(row));
    ARROW_RETURN_NOT_OK(writer.EndRow());
  }
  return writer.Finish(context.type(), both.elements());
}

constexpr int64_t kArraySizeMax = 2147483632;  // of one array, as in Spark

Status CheckArraySize(const KernelContext& context, int64_t size) {
  if (size <= kArraySizeMax) return Status::OK();
  return context.Error("COLLECTION_SIZE_LIMIT_EXCEEDED",
                       fmt::format("an ARRAY can't have {} elements", size), "make shorter arrays");
}

// The elements with the value put in at `position`, which counts from 1, or from -1 backwards;
// NULLs fill the gap to a position outside.
Status InsertAt(const KernelContext& context, int64_t position, int64_t value, int64_t begin,
                int64_t end, ListWriter* writer) {
  const int64_t size = end - begin;
  if (position == 0) {
    return context.Error("INVALID_INDEX_OF_ZERO", "the index 0 is invalid",
                         "positions count from 1, or from -1 backwards");
  }
  const int64_t at = position > 0 ? position - 1 : size + position + 1;
  ARROW_RETURN_NOT_OK(CheckArraySize(context, std::max(at, size) - std::min<int64_t>(at, 0) + 1));
  if (at < 0) {
    writer->Append(value);
    for (int64_t i = at; i < 0; ++i) writer->AppendNull();
    writer->AppendRange(begin, end);
    return Status::OK();
  }
  writer->AppendRange(begin, begin + std::min(at, size));
  for (int64_t i = size; i < at; ++i) writer->AppendNull();
  writer->Append(value);
  if (at < size) writer->AppendRange(begin + at, end);
  return Status::OK();
}

Result<Datum> ArrayInsert(const KernelContext& context, const Args& args) {
  ARROW_ASSIGN_OR_RAISE(const auto both, ListAndValue::Make(context, args[0], args[2]));
  const ListView& lists = both.lists();
  const ColumnView<int32_t> positions(args[1]);
  ListWriter writer;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!lists.IsValid(row) || !positions.IsValid(row)) {
      ARROW_RETURN_NOT_OK(writer.EndNullRow());
      continue;
    }
    ARROW_RETURN_NOT_OK(InsertAt(context, positions[row], both.ValueAt(row), lists.begin(row),
                                 lists.end(row), &writer));
    ARROW_RETURN_NOT_OK(writer.EndRow());
  }
  return writer.Finish(context.type(), both.elements());
}

Result<Datum> ArrayRepeat(const KernelContext& context, const Args& args) {
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr values, SpreadToArray(args[0], context.num_rows));
  const ColumnView<int32_t> counts(args[1]);
  ListWriter writer;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!counts.IsValid(row)) {
      ARROW_RETURN_NOT_OK(writer.EndNullRow());
      continue;
    }
    ARROW_RETURN_NOT_OK(CheckArraySize(context, counts[row]));
    for (int32_t i = 0; i < counts[row]; ++i) writer.Append(row);
    ARROW_RETURN_NOT_OK(writer.EndRow());
  }
  return writer.Finish(context.type(), values);
}

// The array that begins at `start`, which counts from 1, or from -1 backwards.
Result<Datum> Slice(const KernelContext& context, const Args& args) {
  const ListView lists(args[0]);
  const ColumnView<int32_t> starts(args[1]);
  const ColumnView<int32_t> lengths(args[2]);
  ListWriter writer;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!lists.IsValid(row) || !starts.IsValid(row) || !lengths.IsValid(row)) {
      ARROW_RETURN_NOT_OK(writer.EndNullRow());
      continue;
    }
    const int64_t start = starts[row], length = lengths[row], size = lists.size(row);
    if (start == 0 || length < 0) {
      return context.Error("INVALID_PARAMETER_VALUE",
                           start == 0 ? "slice begins at 0" : "slice has a negative length",
                           "positions count from 1, or from -1 backwards; lengths from 0");
    }
    const int64_t at = start > 0 ? start - 1 : size + start;
    if (at >= 0 && at < size) {
      const int64_t begin = lists.begin(row) + at;
      writer.AppendRange(begin, std::min(begin + length, lists.end(row)));
    }
    ARROW_RETURN_NOT_OK(writer.EndRow());
  }
  return writer.Finish(context.type(), lists.elements());
}

// The arrays in an ARRAY of ARRAYs, joined; NULL when one is NULL.
Result<Datum> FlattenArrays(const KernelContext& context, const Args& args) {
  const ListView outer(args[0]);
  const ListView inner{Datum(outer.elements())};
  ListWriter writer;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    bool is_valid = outer.IsValid(row);
    for (int64_t i = outer.begin(row); is_valid && i < outer.end(row); ++i) {
      is_valid = inner.IsValid(i);
    }
    if (!is_valid) {
      ARROW_RETURN_NOT_OK(writer.EndNullRow());
      continue;
    }
    for (int64_t i = outer.begin(row); i < outer.end(row); ++i) {
      writer.AppendRange(inner.begin(i), inner.end(i));
    }
    ARROW_RETURN_NOT_OK(writer.EndRow());
  }
  return writer.Finish(context.type(), inner.elements());
}

// Indices of the row's elements, sorted: NULLs come first or last.
template <typename Less>
std::vector<int64_t> SortedElements(const ListView& lists, int64_t row, bool nulls_first,
                                    Less less) {
  std::vector<int64_t> values, nulls;
  for (int64_t i = lists.begin(row); i < lists.end(row); ++i) {
    (lists.elements()->IsValid(i) ? values : nulls).push_back(i);
  }
  std::stable_sort(values.begin(), values.end(), less);
  if (nulls_first) {
    nulls.insert(nulls.end(), values.begin(), values.end());
    return nulls;
  }
  values.insert(values.end(), nulls.begin(), nulls.end());
  return values;
}

// Of sort_array and array_sort: ascending with NULLs first or last, or the reverse.
Result<Datum> SortLists(const KernelContext& context, const Datum& arg, const Datum& ascending,
                        bool nulls_last) {
  const ListView lists(arg);
  ARROW_ASSIGN_OR_RAISE(const RowKeys keys, KeysOf(lists.elements()));
  const ColumnView<bool> is_ascending(ascending);
  ListWriter writer;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!lists.IsValid(row) || !is_ascending.IsValid(row)) {
      ARROW_RETURN_NOT_OK(writer.EndNullRow());
      continue;
    }
    const bool up = is_ascending[row];
    const auto less = [&](int64_t a, int64_t b) {
      const int order = keys.row(a).compare(keys.row(b));
      return up ? order < 0 : order > 0;
    };
    for (const int64_t i : SortedElements(lists, row, up && !nulls_last, less)) writer.Append(i);
    ARROW_RETURN_NOT_OK(writer.EndRow());
  }
  return writer.Finish(context.type(), lists.elements());
}

Datum True() { return Datum(std::make_shared<arrow::BooleanScalar>(true)); }

Result<Datum> SortArray(const KernelContext& context, const Args& args) {
  return SortLists(context, args[0], args.size() == 2 ? args[1] : True(), false);
}

Result<Datum> ArraySort(const KernelContext& context, const Args& args) {
  return SortLists(context, args[0], True(), true);
}

// Texts with a separator; NULLs are left out, or replaced by a third argument.
Result<Datum> ArrayJoin(const KernelContext& context, const Args& args) {
  const ListView lists(args[0]);
  const ColumnView<std::string_view> texts{Datum(lists.elements())};
  const ColumnView<std::string_view> separators(args[1]);
  const ColumnView<std::string_view> replacements(args.size() == 3 ? args[2] : args[1]);
  const bool has_replacement = args.size() == 3;
  const auto is_valid = [&](int64_t row) {
    return lists.IsValid(row) && separators.IsValid(row) && replacements.IsValid(row);
  };
  return MapRowsToString(context, is_valid, [&](int64_t row, std::string* out) -> Status {
    bool is_first = true;
    for (int64_t i = lists.begin(row); i < lists.end(row); ++i) {
      if (!texts.IsValid(i) && !has_replacement) continue;
      if (!is_first) *out += separators[row];
      is_first = false;
      *out += texts.IsValid(i) ? texts[i] : replacements[row];
      ARROW_RETURN_NOT_OK(CheckTextBytes(std::ssize(*out)));
    }
    return Status::OK();
  });
}

// The elements of several arrays side by side; NULLs after the end of a shorter one.
Result<Datum> ArraysZip(const KernelContext& context, const Args& args) {
  std::vector<ListView> lists;
  for (const Datum& arg : args) lists.emplace_back(arg);
  std::vector<std::vector<int64_t>> indices(args.size());
  ListShape shape;
  int64_t num_elements = 0;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    const bool is_valid = std::all_of(lists.begin(), lists.end(),
                                      [&](const ListView& list) { return list.IsValid(row); });
    int64_t size = 0;
    if (is_valid) {
      for (const ListView& list : lists) size = std::max(size, list.size(row));
    }
    for (size_t i = 0; i < lists.size(); ++i) {
      for (int64_t k = 0; k < size; ++k) {
        indices[i].push_back(k < lists[i].size(row) ? lists[i].begin(row) + k : ListWriter::kNull);
      }
    }
    num_elements += size;
    ARROW_RETURN_NOT_OK(shape.EndRow(num_elements, is_valid));
  }
  arrow::ArrayVector fields;
  for (size_t i = 0; i < lists.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(fields.emplace_back(), TakeElements(lists[i].elements(), indices[i]));
  }
  ARROW_ASSIGN_OR_RAISE(ArrayPtr zipped,
                        shape.Finish(context.type(), MakeStructs(context.type()->field(0)->type(),
                                                                 num_elements, fields)));
  return Datum(std::move(zipped));
}

}  // namespace

Result<Datum> ConcatArrays(const KernelContext& context, const std::vector<Datum>& args) {
  std::vector<ListView> lists;
  arrow::ArrayVector elements;
  std::vector<int64_t> bases;
  int64_t base = 0;
  for (const Datum& arg : args) {
    elements.push_back(lists.emplace_back(arg).elements());
    bases.push_back(base);
    base += elements.back()->length();
  }
  ARROW_ASSIGN_OR_RAISE(const ArrayPtr all, JoinArrays(elements));
  ListWriter writer;
  for (int64_t row = 0; row < context.num_rows; ++row) {
    if (!std::all_of(lists.begin(), lists.end(),
                     [&](const ListView& list) { return list.IsValid(row); })) {
      ARROW_RETURN_NOT_OK(writer.EndNullRow());
      continue;
    }
    for (size_t i = 0; i < lists.size(); ++i) {
      writer.AppendRange(bases[i] + lists[i].begin(row), bases[i] + lists[i].end(row));
    }
    ARROW_RETURN_NOT_OK(writer.EndRow());
  }
  return writer.Finish(context.type(), all);
}

Result<Datum> ReverseArrays(const KernelContext& context, const std::vector<Datum>& args) {
  return MapLists(context, args[0], [](const ListView& lists, int64_t row, ListWriter* writer) {
    for (int64_t i = lists.end(row); i-- > lists.begin(row);) writer->Append(i);
  });
}

std::span<const NamedKernel> ArrayKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"array", MakeArrays},
      {"array_compact", Compact},
      {"array_append", AddElement<false>},
      {"array_prepend", AddElement<true>},
      {"array_insert", ArrayInsert},
      {"array_repeat", ArrayRepeat},
      {"slice", Slice},
      {"flatten", FlattenArrays},
      {"sort_array", SortArray},
      {"array_sort", ArraySort},
      {"array_join", ArrayJoin},
      {"arrays_zip", ArraysZip},
  };
  return kKernels;
}

}  // namespace tarn::local
