#include "values/time_of_day.h"

#include <fmt/format.h>

#include "values/calendar.h"

namespace tarn {
namespace {

// The type, with the digits that Arrow's own does not have.
class TimeOfDayType : public arrow::Time64Type {
 public:
  explicit TimeOfDayType(int digits) : arrow::Time64Type(arrow::TimeUnit::MICRO), digits_(digits) {}
  int digits() const { return digits_; }

 private:
  const int digits_;
};

}  // namespace

std::shared_ptr<arrow::DataType> TimeType(int digits) {
  return std::make_shared<TimeOfDayType>(digits);
}

bool IsTime(const arrow::DataType& type) { return type.id() == arrow::Type::TIME64; }

int TimeDigitsOf(const arrow::DataType& type) {
  const auto* time = dynamic_cast<const TimeOfDayType*>(&type);
  return time == nullptr ? kTimeDigitsMax : time->digits();
}

int64_t MicrosOfTimeDigit(int digits) {
  int64_t micros = 1;
  for (; digits < kTimeDigitsMax; ++digits) micros *= 10;
  return micros;
}

int64_t TruncateTime(int64_t micros, int digits) {
  return micros - micros % MicrosOfTimeDigit(digits);
}

std::string SparkTimeText(int64_t micros) {
  const int64_t seconds = micros / kMicrosPerSecond;
  std::string text =
      fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (const int64_t fraction = micros % kMicrosPerSecond; fraction != 0) {
    text += fmt::format(".{:06}", fraction);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

}  // namespace tarn
