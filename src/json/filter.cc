#include <arrow/scalar.h>

#include <cmath>
#include <cstring>

#include "json/convert.h"
#include "json/filter_internal.h"
#include "json/record/unescape.h"
#include "json/value_misfit_internal.h"

namespace tarn::json {
namespace {

using Op = Comparison::Op;

template <class T>
int OrderOf(const T& left, const T& right) {
  return left < right ? -1 : (right < left ? 1 : 0);
}

template <class T>
requires std::is_floating_point_v<T>
int OrderOf(const T& left, const T& right) {
  if (std::isnan(left) || std::isnan(right)) return std::isnan(left) - std::isnan(right);
  return left < right ? -1 : (right < left ? 1 : 0);
}

/// Convert(const Value&, T*) is false for a misfit.
template <class T, class Convert>
class FixedComparator final : public Comparator {
 public:
  FixedComparator(const T& literal, Convert convert) : literal_(literal), convert_(convert) {}

  bool Compare(const Value& value, int* order) override {
    T converted{};
    if (!convert_(value, &converted)) return false;
    *order = OrderOf(converted, literal_);
    return true;
  }

 private:
  T literal_;
  Convert convert_;
};

template <class T, class Convert>
std::unique_ptr<Comparator> MakeFixed(const T& literal, Convert convert) {
  return std::make_unique<FixedComparator<T, Convert>>(literal, convert);
}

/// Bytes are compared as unsigned, which orders UTF-8 by code point.
class StringComparator final : public Comparator {
 public:
  explicit StringComparator(std::string literal) : literal_(std::move(literal)) {}

  bool Compare(const Value& value, int* order) override {
    *order = TextOf(value).compare(literal_);
    return true;
  }

  bool Equals(const Value& value, bool* equal) override {
    *equal = TextOf(value) == literal_;
    return true;
  }

 private:
  std::string_view TextOf(const Value& value) {
    if (value.kind != ValueKind::kEscapedString) return value.text();
    AssignText(value, &text_);
    return text_;
  }

  std::string literal_;
  std::string text_;
};

class BinaryComparator final : public Comparator {
 public:
  explicit BinaryComparator(std::string literal) : literal_(std::move(literal)) {}

  bool Compare(const Value& value, int* order) override {
    if (!ConvertToBinary(value, &decoded_)) return false;
    *order = decoded_.compare(literal_);
    return true;
  }

 private:
  std::string literal_;
  std::string decoded_;
};

template <class ScalarType>
std::unique_ptr<Comparator> MakeInteger(const arrow::Scalar& literal) {
  using T = typename ScalarType::ValueType;
  return MakeFixed(static_cast<const ScalarType&>(literal).value,
                   [](const Value& value, T* out) { return ConvertToInteger(value, out); });
}

std::unique_ptr<Comparator> MakeDecimal(const arrow::Scalar& literal) {
  const auto& type = static_cast<const arrow::Decimal128Type&>(*literal.type);
  return MakeFixed(static_cast<const arrow::Decimal128Scalar&>(literal).value,
                   [precision = type.precision(), scale = type.scale()](const Value& value,
                                                                        arrow::Decimal128* out) {
                     return ConvertToDecimal(value, precision, scale, out);
                   });
}

Result<std::unique_ptr<Comparator>> MakeComparator(const arrow::Field& field,
                                                   const DatetimeFormats& formats,
                                                   const arrow::Scalar& literal) {
  if (!literal.type->Equals(*field.type()) || !literal.is_valid) {
    return Status::Invalid("A filter's literal must not be null and have its field's type: field ",
                           field.name(), ": ", field.type()->ToString(),
                           ", literal: ", literal.type->ToString());
  }
  switch (literal.type->id()) {
    case arrow::Type::BOOL:
      return MakeFixed(static_cast<const arrow::BooleanScalar&>(literal).value, ConvertToBool);
    case arrow::Type::INT8:
      return MakeInteger<arrow::Int8Scalar>(literal);
    case arrow::Type::INT16:
      return MakeInteger<arrow::Int16Scalar>(literal);
    case arrow::Type::INT32:
      return MakeInteger<arrow::Int32Scalar>(literal);
    case arrow::Type::INT64:
      return MakeInteger<arrow::Int64Scalar>(literal);
    case arrow::Type::FLOAT:
      return MakeFixed(static_cast<const arrow::FloatScalar&>(literal).value, ConvertToFloat);
    case arrow::Type::DOUBLE:
      return MakeFixed(static_cast<const arrow::DoubleScalar&>(literal).value, ConvertToDouble);
    case arrow::Type::DECIMAL128:
      return MakeDecimal(literal);
    case arrow::Type::DATE32:
      return MakeFixed(static_cast<const arrow::Date32Scalar&>(literal).value,
                       [pattern = formats.date](const Value& value, int32_t* out) {
                         return ConvertToDate(value, pattern.get(), out);
                       });
    case arrow::Type::TIMESTAMP:
      return MakeFixed(
          static_cast<const arrow::TimestampScalar&>(literal).value,
          [formats, convert = TimestampConverterOf(*literal.type)](
              const Value& value, int64_t* out) { return convert(value, formats, out); });
    case arrow::Type::STRING:
      return std::make_unique<StringComparator>(
          static_cast<const arrow::StringScalar&>(literal).value->ToString());
    case arrow::Type::BINARY:
      return std::make_unique<BinaryComparator>(
          static_cast<const arrow::BinaryScalar&>(literal).value->ToString());
    default:
      return Status::NotImplemented(
          "A filter can't compare this type; use IS NULL or filter later: field ", field.name(),
          ": ", field.type()->ToString());
  }
}

bool Holds(Op op, int order) {
  switch (op) {
    case Op::kEq:
      return order == 0;
    case Op::kNe:
      return order != 0;
    case Op::kLt:
      return order < 0;
    case Op::kLe:
      return order <= 0;
    case Op::kGt:
      return order > 0;
    case Op::kGe:
      return order >= 0;
    default:
      return false;
  }
}

bool IsNullTest(Op op) { return op == Op::kIsNull || op == Op::kIsNotNull; }

}  // namespace

bool Comparator::Equals(const Value& value, bool* equal) {
  int order = 0;
  const bool fits = Compare(value, &order);
  *equal = order == 0;
  return fits;
}

Result<Filter> Filter::Make(const RowFilter& filter, const arrow::Schema& schema,
                            const DatetimeFormats& formats, const std::vector<int>& slots,
                            bool tests_fit) {
  Filter result;
  result.formats_ = formats;
  for (const std::vector<Comparison>& conjunction : filter.any_of) {
    std::vector<Term>& terms = result.any_of_.emplace_back();
    for (const Comparison& comparison : conjunction) {
      Term& term = terms.emplace_back();
      term.slot = slots[comparison.field];
      term.op = comparison.op;
      const arrow::Field& field = *schema.field(comparison.field);
      if (tests_fit) term.type = field.type();
      if (IsNullTest(comparison.op)) continue;
      if (comparison.value == nullptr) {
        return Status::Invalid("A filter's comparison has no literal: field ", field.name());
      }
      ARROW_ASSIGN_OR_RAISE(term.comparator, MakeComparator(field, formats, *comparison.value));
    }
  }
  return result;
}

Filter::Verdict Filter::TestTerm(const Term& term, const Value& value) {
  if (term.comparator == nullptr) {
    if (term.type != nullptr && !value.is_null() && !FitsOutside(value, *term.type, formats_)) {
      misfit_slot_ = term.slot;
      return Verdict::kMisfit;
    }
    return value.is_null() == (term.op == Op::kIsNull) ? Verdict::kKeep : Verdict::kDrop;
  }
  if (value.is_null()) return Verdict::kDrop;
  bool holds = false;
  bool fits = false;
  if (term.op == Op::kEq) {
    fits = term.comparator->Equals(value, &holds);
  } else {
    int order = 0;
    fits = term.comparator->Compare(value, &order);
    holds = Holds(term.op, order);
  }
  if (!fits) {
    misfit_slot_ = term.slot;
    return Verdict::kMisfit;
  }
  return holds ? Verdict::kKeep : Verdict::kDrop;
}

Filter::Verdict Filter::Test(const Value* row) {
  if (any_of_.empty()) return Verdict::kKeep;
  for (const std::vector<Term>& terms : any_of_) {
    Verdict verdict = Verdict::kKeep;
    for (const Term& term : terms) {
      verdict = TestTerm(term, row[term.slot]);
      if (verdict != Verdict::kKeep) break;
    }
    if (verdict != Verdict::kDrop) return verdict;
  }
  return Verdict::kDrop;
}

}  // namespace tarn::json
