#include "local/kernels/calendar_arithmetic_internal.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/format_string_internal.h"
#include "local/kernels/spark_hash.h"
#include "text/case_mapping.h"
#include "values/calendar.h"
#include "values/interval.h"
#include "values/java_format.h"
#include "values/spark_text.h"

namespace tarn::local {
namespace {

using arrow::Datum;
using Text = std::string_view;

// The values of one argument.
class FormatColumn {
 public:
  virtual ~FormatColumn() = default;
  virtual FormatValue At(int64_t row) const = 0;
};

template <typename T, typename Make>
class ColumnOf : public FormatColumn {
 public:
  ColumnOf(const Datum& datum, Make make) : view_(datum), make_(std::move(make)) {}
  FormatValue At(int64_t row) const override {
    if (!view_.IsValid(row)) return FormatNull();
    return make_(view_[row]);
  }

 private:
  const ColumnView<T> view_;
  const Make make_;
};

template <typename T, typename Make>
std::unique_ptr<FormatColumn> MakeColumnOf(const Datum& datum, Make make) {
  return std::make_unique<ColumnOf<T, Make>>(datum, std::move(make));
}

template <typename T>
std::unique_ptr<FormatColumn> Integers(const Datum& datum) {
  return MakeColumnOf<T>(datum, [](T value) -> FormatValue {
    return FormatInteger{value, int{sizeof(T)}};
  });
}

Result<std::unique_ptr<FormatColumn>> MakeColumn(const Datum& datum) {
  switch (datum.type()->id()) {
    case arrow::Type::BOOL:
      return MakeColumnOf<bool>(datum, [](bool truth) -> FormatValue { return truth; });
    case arrow::Type::INT8:
      return Integers<int8_t>(datum);
    case arrow::Type::INT16:
      return Integers<int16_t>(datum);
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
    case arrow::Type::INTERVAL_MONTHS:
      return Integers<int32_t>(datum);
    case arrow::Type::INT64:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DURATION:
      return Integers<int64_t>(datum);
    case arrow::Type::INTERVAL_MONTH_DAY_NANO:
      return MakeColumnOf<MonthDayNanos>(datum, [](const MonthDayNanos& interval) -> FormatValue {
        return FormatOther{SparkCalendarIntervalText(interval.months, interval.days,
                                                     interval.nanoseconds / kNanosPerMicro)};
      });
    case arrow::Type::TIME64:  // which Spark has in nanoseconds
      return MakeColumnOf<int64_t>(datum, [](int64_t micros) -> FormatValue {
        return FormatInteger{micros * kNanosPerMicro, int{sizeof(int64_t)}};
      });
    case arrow::Type::FLOAT:
      return MakeColumnOf<float>(datum, [](float number) -> FormatValue {
        return FormatFloat{number, SparkFloatText(number), int{sizeof(number)}};
      });
    case arrow::Type::DOUBLE:
      return MakeColumnOf<double>(datum, [](double number) -> FormatValue {
        return FormatFloat{number, SparkDoubleText(number)};
      });
    case arrow::Type::DECIMAL128: {
      const int scale = static_cast<const arrow::DecimalType&>(*datum.type()).scale();
      return MakeColumnOf<arrow::Decimal128>(
          datum, [scale](const arrow::Decimal128& number) -> FormatValue {
            return FormatOther{SparkDecimalText(number, scale)};
          });
    }
    case arrow::Type::STRING:
      return MakeColumnOf<Text>(datum, [](Text text) -> FormatValue { return std::string(text); });
    default:
      return Status::NotImplemented("format_string of ", datum.type()->ToString());
  }
}

Status WrongFormat(const KernelContext& context, const Status& status) {
  if (!status.IsInvalid()) return status;
  return context.Error("INVALID_PARAMETER_VALUE.FORMAT", status.message(),
                       "write %s for text, %d for whole numbers, %f for DOUBLE");
}

}  // namespace

Result<Datum> FormatString(const KernelContext& context, const std::vector<Datum>& args) {
  const ColumnView<Text> formats(args[0]);
  std::vector<std::unique_ptr<FormatColumn>> columns;
  for (size_t i = 1; i < args.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), MakeColumn(args[i]));
  }
  JavaFormat format;
  Text made_of;
  bool is_made = false;
  std::vector<FormatValue> values(columns.size());
  const auto append = [&](int64_t row, std::string* out) -> Status {
    if (!is_made || formats[row] != made_of) {
      auto made = JavaFormat::Make(formats[row]);
      ARROW_RETURN_NOT_OK(WrongFormat(context, made.status()));
      format = *std::move(made);
      made_of = formats[row];
      is_made = true;
    }
    for (size_t i = 0; i < columns.size(); ++i) values[i] = columns[i]->At(row);
    return WrongFormat(context, format.Append(values, {text::AppendUpper, Murmur3OfText}, out));
  };
  return MapRowsToString(
      context, [&](int64_t row) { return formats.IsValid(row); }, append);
}

}  // namespace tarn::local
