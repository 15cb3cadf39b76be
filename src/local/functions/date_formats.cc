#include <charconv>

#include "base/calendar.h"
#include "local/functions/column_view_internal.h"

// Dates as text by a pattern of letters, as Java's DateTimeFormatter has them: yyyy-MM-dd
// HH:mm:ss.SSS.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;
using Text = std::string_view;

constexpr Text kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                            "July",    "August",   "September", "October", "November", "December"};
constexpr Text kWeekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                              "Friday", "Saturday", "Sunday"};

// A run of one pattern letter, or plain text (letter 0).
struct Field {
  char letter = 0;
  int width = 0;
  std::string text;
};

// How often a letter may stand in a row.
int WidthMax(char letter) {
  switch (letter) {
    case 'y':
      return 6;
    case 'M':
    case 'L':
    case 'E':
      return 4;
    case 'D':
      return 3;
    case 'S':
      return 9;
    case 'a':
      return 1;
    default:
      return 2;
  }
}

Result<std::vector<Field>> ParsePattern(const KernelContext& context, Text pattern, Text letters) {
  std::vector<Field> fields;
  for (size_t at = 0; at < pattern.size();) {
    char c = pattern[at];
    if (c == '\'') {
      size_t end = pattern.find('\'', at + 1);
      if (end == Text::npos) {
        return context.Error("INVALID_DATETIME_PATTERN",
                             "a quote is not closed: " + std::string(pattern));
      }
      // '' is a quote.
      fields.push_back(
          {0, 0, end == at + 1 ? "'" : std::string(pattern.substr(at + 1, end - at - 1))});
      at = end + 1;
    } else if (std::isalpha(static_cast<unsigned char>(c)) || Text("[]{}#").find(c) != Text::npos) {
      const size_t end = std::min(pattern.find_first_not_of(c, at), pattern.size());
      const int width = static_cast<int>(end - at);
      if (letters.find(c) == Text::npos || width > WidthMax(c)) {
        return context.Error(
            "INVALID_DATETIME_PATTERN",
            fmt::format("unsupported in the pattern '{}': {}", pattern, pattern.substr(at, width)),
            fmt::format("the letters are {}; put plain text into quotes", letters));
      }
      fields.push_back({c, width, ""});
      at = end;
    } else {
      fields.push_back({0, 0, std::string(1, c)});
      ++at;
    }
  }
  return fields;
}

// `value` is not negative.
void AppendNumber(int64_t value, int width, std::string* out) {
  char digits[20];
  char* end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  for (int64_t i = end - digits; i < width; ++i) out->push_back('0');
  out->append(digits, static_cast<size_t>(end - digits));
}

// Two letters: the last two digits. From four letters on, a longer year gets its sign.
void AppendYear(int32_t year, int width, std::string* out) {
  if (width == 2) return AppendNumber((year % 100 + 100) % 100, 2, out);
  if (year < 0) {
    out->push_back('-');
  } else if (width >= 4 && std::to_string(year).size() > static_cast<size_t>(width)) {
    out->push_back('+');
  }
  AppendNumber(std::abs(year), width, out);
}

struct Moment {
  CivilDate date;
  int32_t days = 0;
  int64_t seconds_of_day = 0;
  int64_t micros = 0;  // of the second
};

Moment MomentOf(int64_t micros) {
  Moment moment;
  moment.days = static_cast<int32_t>(FloorDivide(micros, kMicrosPerDay));
  int64_t of_day = micros - moment.days * kMicrosPerDay;
  moment.date = CivilFromDays(moment.days);
  moment.seconds_of_day = of_day / kMicrosPerSecond;
  moment.micros = of_day % kMicrosPerSecond;
  return moment;
}

void AppendField(const Field& field, const Moment& moment, std::string* out) {
  const int64_t hour = moment.seconds_of_day / 3600;
  switch (field.letter) {
    case 0:
      out->append(field.text);
      return;
    case 'y':
      return AppendYear(moment.date.year, field.width, out);
    case 'q':
    case 'Q':
      return AppendNumber((moment.date.month + 2) / 3, field.width, out);
    case 'M':
    case 'L': {
      Text name = kMonths[moment.date.month - 1];
      if (field.width <= 2) return AppendNumber(moment.date.month, field.width, out);
      out->append(field.width == 3 ? name.substr(0, 3) : name);
      return;
    }
    case 'd':
      return AppendNumber(moment.date.day, field.width, out);
    case 'D':
      return AppendNumber(moment.days - DaysFromCivil(moment.date.year, 1, 1) + 1, field.width,
                          out);
    case 'E': {
      Text name = kWeekdays[WeekdayFromDays(moment.days)];
      out->append(field.width <= 3 ? name.substr(0, 3) : name);
      return;
    }
    case 'a':
      out->append(hour < 12 ? "AM" : "PM");
      return;
    case 'H':
      return AppendNumber(hour, field.width, out);
    case 'h':
      return AppendNumber((hour + 11) % 12 + 1, field.width, out);
    case 'K':
      return AppendNumber(hour % 12, field.width, out);
    case 'k':
      return AppendNumber((hour + 23) % 24 + 1, field.width, out);
    case 'm':
      return AppendNumber(moment.seconds_of_day / 60 % 60, field.width, out);
    case 's':
      return AppendNumber(moment.seconds_of_day % 60, field.width, out);
    default:  // S: digits of the fraction
      AppendNumber(moment.micros * 1000, 9, out);
      out->resize(out->size() - 9 + static_cast<size_t>(field.width));
  }
}

// A pattern that is parsed again only when another one comes.
class PatternCache {
 public:
  PatternCache(const KernelContext& context, Text letters) : context_(context), letters_(letters) {}

  // Null after an error, which status() then has.
  const std::vector<Field>* Find(Text pattern) {
    if (!status_.ok()) return nullptr;
    if (!fields_.has_value() || pattern != pattern_) {
      auto parsed = ParsePattern(context_, pattern, letters_);
      status_ = parsed.status();
      if (!status_.ok()) return nullptr;
      fields_ = *std::move(parsed);
      pattern_ = pattern;
    }
    return &*fields_;
  }
  const Status& status() const { return status_; }

 private:
  const KernelContext& context_;
  Text letters_;
  std::string pattern_;
  std::optional<std::vector<Field>> fields_;
  Status status_;
};

Result<Datum> FormatMicros(const KernelContext& context, const Args& args) {
  PatternCache patterns(context, "yMLdDEHhKkmsSaqQ");
  auto append = [&](int64_t micros, Text pattern, std::string* out) {
    const auto* fields = patterns.Find(pattern);
    if (fields == nullptr) return;
    const Moment moment = MomentOf(micros);
    for (const Field& field : *fields) AppendField(field, moment, out);
  };
  ARROW_ASSIGN_OR_RAISE(Datum text, (MapToString<int64_t, Text>(context, args, append)));
  ARROW_RETURN_NOT_OK(patterns.status());
  return text;
}

Result<Datum> FromUnixTime(const KernelContext& context, const Args& args) {
  KernelContext micros_context = context;
  plan::Expr call = *context.call;
  call.type = arrow::int64();
  micros_context.call = &call;
  ARROW_ASSIGN_OR_RAISE(Datum micros,
                        (Map<int64_t, int64_t>(micros_context, {args[0]}, [](int64_t seconds) {
                          return seconds * kMicrosPerSecond;
                        })));
  Datum pattern = args.size() == 2
                      ? args[1]
                      : Datum(std::make_shared<arrow::StringScalar>("yyyy-MM-dd HH:mm:ss"));
  return FormatMicros(context, {micros, pattern});
}

// Takes up to `digits_max` digits from the front of `text`.
bool TakeNumber(Text* text, size_t digits_min, size_t digits_max, int64_t* value) {
  size_t count = 0;
  *value = 0;
  while (count < digits_max && count < text->size() &&
         std::isdigit(static_cast<unsigned char>((*text)[count]))) {
    *value = *value * 10 + ((*text)[count++] - '0');
  }
  text->remove_prefix(count);
  return count >= digits_min;
}

// Letters of either case.
bool TakeWord(Text* text, Text word) {
  auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  if (text->size() < word.size() || !std::equal(word.begin(), word.end(), text->begin(), same))
    return false;
  text->remove_prefix(word.size());
  return true;
}

bool TakeMonthName(Text* text, int width, int64_t* month) {
  for (int i = 0; i < 12; ++i) {
    Text name = width == 3 ? kMonths[i].substr(0, 3) : kMonths[i];
    if (!TakeWord(text, name)) continue;
    *month = i + 1;
    return true;
  }
  return false;
}

struct ParsedFields {
  int64_t year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, micros = 0;
  int64_t half_day_hour = 0;  // 1 to 12, 0 when there is none
  bool is_afternoon = false;
};

bool TakeField(const Field& field, bool next_is_number, Text* text, ParsedFields* parsed) {
  const auto width = static_cast<size_t>(field.width);
  // A single letter takes as many digits as there are, unless another number follows at once.
  const size_t digits_max = width == 1 && !next_is_number ? 19 : width;
  switch (field.letter) {
    case 0: {
      if (!text->starts_with(field.text)) return false;
      text->remove_prefix(field.text.size());
      return true;
    }
    case 'y': {
      if (width != 2)
        return TakeNumber(text, width == 1 ? 1 : width, width == 1 ? 9 : width, &parsed->year);
      bool taken = TakeNumber(text, 2, 2, &parsed->year);
      parsed->year += 2000;
      return taken;
    }
    case 'M':
      if (width > 2) return TakeMonthName(text, field.width, &parsed->month);
      return TakeNumber(text, width, std::min<size_t>(digits_max, 2), &parsed->month);
    case 'd':
      return TakeNumber(text, width, std::min<size_t>(digits_max, 2), &parsed->day);
    case 'H':
      return TakeNumber(text, width, std::min<size_t>(digits_max, 2), &parsed->hour);
    case 'h':
      return TakeNumber(text, width, std::min<size_t>(digits_max, 2), &parsed->half_day_hour) &&
             parsed->half_day_hour >= 1 && parsed->half_day_hour <= 12;
    case 'a':
      parsed->is_afternoon = TakeWord(text, "PM");
      return parsed->is_afternoon || TakeWord(text, "AM");
    case 'm':
      return TakeNumber(text, width, std::min<size_t>(digits_max, 2), &parsed->minute);
    case 's':
      return TakeNumber(text, width, std::min<size_t>(digits_max, 2), &parsed->second);
    default: {  // S: digits of the fraction
      Text before = *text;
      int64_t fraction;
      if (!TakeNumber(text, 1, width, &fraction)) return false;
      size_t count = before.size() - text->size();
      for (size_t i = count; i < 6; ++i) fraction *= 10;
      for (size_t i = 6; i < count; ++i) fraction /= 10;
      parsed->micros = fraction;
      return true;
    }
  }
}

bool ParseByPattern(const std::vector<Field>& fields, Text text, int64_t* micros) {
  ParsedFields parsed;
  for (size_t i = 0; i < fields.size(); ++i) {
    bool next_is_number = i + 1 < fields.size() && fields[i + 1].letter != 0;
    if (!TakeField(fields[i], next_is_number, &text, &parsed)) return false;
  }
  if (parsed.half_day_hour > 0) {
    parsed.hour = parsed.half_day_hour % 12 + (parsed.is_afternoon ? 12 : 0);
  }
  const int64_t year = parsed.year, month = parsed.month, day = parsed.day;
  bool exists = text.empty() && month >= 1 && month <= 12 && day >= 1 &&
                day <= DaysInMonth(static_cast<int32_t>(year), static_cast<int32_t>(month)) &&
                parsed.hour < 24 && parsed.minute < 60 && parsed.second < 60;
  if (!exists) return false;
  int64_t days = DaysFromCivil(static_cast<int32_t>(year), static_cast<int32_t>(month),
                               static_cast<int32_t>(day));
  const int64_t seconds = (parsed.hour * 60 + parsed.minute) * 60 + parsed.second;
  *micros = days * kMicrosPerDay + seconds * kMicrosPerSecond + parsed.micros;
  return true;
}

// to_timestamp and its like with a format; without one, the argument's cast did all.
template <typename T, int64_t kMicrosPerUnit>
Result<Datum> ParseText(const KernelContext& context, const Args& args) {
  if (args.size() == 1) return args[0];
  PatternCache patterns(context, "yMdHhmsSa");
  auto result = MapChecked<T, Text, Text>(
      context, args,
      [&](Text text, Text pattern, T* out) {
        const auto* fields = patterns.Find(pattern);
        int64_t micros = 0;
        if (fields == nullptr || !ParseByPattern(*fields, text, &micros)) return false;
        *out = static_cast<T>(FloorDivide(micros, kMicrosPerUnit));
        return true;
      },
      [&](Text text, Text pattern) {
        if (!patterns.status().ok()) return patterns.status();
        return context.Error(
            "CANNOT_PARSE_TIMESTAMP",
            fmt::format("the text does not fit the pattern '{}': '{}'", pattern, text));
      });
  return result;
}

// Unlike unix_seconds, it cuts the fraction off: before 1970 that is upwards.
Result<Datum> UnixTimestamp(const KernelContext& context, const Args& args) {
  ARROW_ASSIGN_OR_RAISE(Datum moments, (ParseText<int64_t, 1>(context, args)));
  return Map<int64_t, int64_t>(context, {moments},
                               [](int64_t micros) { return micros / kMicrosPerSecond; });
}

}  // namespace

std::span<const NamedKernel> DateFormatKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"date_format", FormatMicros},
      {"from_unixtime", FromUnixTime},
      {"to_date", ParseText<int32_t, kMicrosPerDay>},
      {"to_timestamp", ParseText<int64_t, 1>},
      {"unix_timestamp", UnixTimestamp},
  };
  return kKernels;
}

}  // namespace tarn::local
