#include "base/ascii.h"
#include "local/kernels/column_view_internal.h"
#include "local/kernels/flat_text_internal.h"
#include "plan/coercion.h"
#include "values/calendar.h"
#include "values/datetime_pattern.h"
#include "values/spark_datetime.h"
#include "values/time_of_day.h"

// Dates as text by a pattern of letters, as Java's DateTimeFormatter has them: yyyy-MM-dd
// HH:mm:ss.SSS.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;
using Text = std::string_view;

using Use = DatetimePattern::Use;

constexpr char kDefaultPattern[] = "yyyy-MM-dd HH:mm:ss";

// Whether a pattern asks for nothing but the time of a day; quotes enclose plain text.
bool IsOfTime(Text pattern) {
  constexpr Text kLetters = "HhKkmsSa";
  bool is_quoted = false;
  for (const char c : pattern) {
    if (c == '\'') is_quoted = !is_quoted;
    if (!is_quoted && IsLetter(c) && kLetters.find(c) == Text::npos) return false;
  }
  return true;
}

// The letters that the first argument does not have.
Status CheckLetters(const KernelContext& context, Text pattern) {
  const std::vector<plan::ExprPtr>& args = context.call->args;
  if (args.empty() || !IsTime(*args[0]->type) || IsOfTime(pattern)) return Status::OK();
  return context.Error("INVALID_PARAMETER_VALUE.PATTERN",
                       fmt::format("a TIME has no date and no zone: '{}'", pattern),
                       "write letters of H h K k m s S a and quoted text");
}

Result<DatetimePattern> ParsePattern(const KernelContext& context, Text text, Use use) {
  auto pattern = DatetimePattern::Make(text, use);
  if (pattern.ok()) {
    ARROW_RETURN_NOT_OK(CheckLetters(context, text));
    if (use == Use::kFormat) ARROW_RETURN_NOT_OK(CheckZoneNames(context, *pattern));
    return pattern;
  }
  return context.Error("INVALID_DATETIME_PATTERN", MessageOf(pattern.status()),
                       DatetimePattern::Hint(use));
}

struct PreparedPattern : KernelState {
  explicit PreparedPattern(DatetimePattern made) : pattern(std::move(made)) {}
  const DatetimePattern pattern;
};

// The second argument is the pattern; without one it is Spark's default.
template <Use kUse>
Result<std::unique_ptr<KernelState>> PreparePattern(const KernelContext& context,
                                                    const std::vector<ScalarPtr>& constants) {
  // What is no text is not parsed.
  const std::vector<plan::ExprPtr>& args = context.call->args;
  const bool is_text = !args.empty() && args[0]->type->id() == arrow::Type::STRING;
  if (kUse == Use::kParse && !is_text) return nullptr;
  Text text = kDefaultPattern;
  if (constants.size() == 2) {
    if (constants[1] == nullptr || !constants[1]->is_valid) return nullptr;
    text = static_cast<const arrow::StringScalar&>(*constants[1]).view();
  }
  ARROW_ASSIGN_OR_RAISE(DatetimePattern pattern, ParsePattern(context, text, kUse));
  return std::make_unique<PreparedPattern>(std::move(pattern));
}

// The patterns of a call's rows: the prepared one, or one that is read again only when another one
// comes.
class Patterns {
 public:
  Patterns(const KernelContext& context, Use use) : context_(context), use_(use) {
    if (context.state == nullptr) return;
    current_ = &static_cast<const PreparedPattern&>(*context.state).pattern;
    is_prepared_ = true;
  }

  // Null after an error, which status() then has.
  const DatetimePattern* Find(Text text) {
    if (is_prepared_ || (current_ != nullptr && text == current_->text())) return current_;
    if (!status_.ok()) return nullptr;
    auto pattern = ParsePattern(context_, text, use_);
    status_ = pattern.status();
    if (!status_.ok()) return nullptr;
    parsed_ = *std::move(pattern);
    current_ = &*parsed_;
    return current_;
  }
  const Status& status() const { return status_; }

 private:
  const KernelContext& context_;
  const Use use_;
  bool is_prepared_ = false;
  std::optional<DatetimePattern> parsed_;
  const DatetimePattern* current_ = nullptr;
  Status status_;
};

Result<Datum> FormatMicros(const KernelContext& context, const Args& args) {
  Patterns patterns(context, Use::kFormat);
  const bool is_time = IsTime(*args[0].type());
  const TimeZone& zone = is_time ? TimeZone::Utc() : *context.shared.zone;
  auto append = [&](int64_t micros, Text pattern_text, std::string* out) {
    const DatetimePattern* pattern = patterns.Find(pattern_text);
    if (pattern != nullptr) pattern->Format(micros, out, zone);
  };
  ARROW_ASSIGN_OR_RAISE(Datum text, (MapToString<int64_t, Text>(context, args, append)));
  ARROW_RETURN_NOT_OK(patterns.status());
  return text;
}

// The second argument, or Spark's default.
Datum PatternOf(const Args& args) {
  if (args.size() == 2) return args[1];
  return Datum(std::make_shared<arrow::StringScalar>(kDefaultPattern));
}

Result<Datum> FromUnixTime(const KernelContext& context, const Args& args) {
  KernelContext micros_context = context;
  plan::Expr call = *context.call;
  call.type = arrow::int64();
  micros_context.call = &call;
  ARROW_ASSIGN_OR_RAISE(Datum micros,
                        (Map<int64_t, int64_t>(micros_context, {args[0]}, [](int64_t seconds) {
                          // It wraps around, as Java's numbers do.
                          return static_cast<int64_t>(static_cast<uint64_t>(seconds) *
                                                      static_cast<uint64_t>(kMicrosPerSecond));
                        })));
  return FormatMicros(context, {micros, PatternOf(args)});
}

// As the call's type has it: a TIMESTAMP, its day, or what the text's own clock showed.
bool ParseBy(const DatetimePattern& pattern, const KernelContext& context, Text text,
             int64_t* out) {
  if (plan::IsTimestampNtz(*context.type())) return pattern.ParseLocal(text, out);
  return pattern.ParseTimestamp(text, out, *context.shared.zone);
}

bool ParseBy(const DatetimePattern& pattern, const KernelContext& context, Text text,
             int32_t* out) {
  int64_t micros = 0;
  const TimeZone& zone = *context.shared.zone;
  if (!pattern.ParseTimestamp(text, &micros, zone)) return false;
  *out = static_cast<int32_t>(FloorDivide(zone.ToLocal(micros), kMicrosPerDay));
  return true;
}

// As CAST reads it.
bool ParseByCast(const KernelContext& context, Text text, int64_t* out) {
  return ParseSparkTimestamp(text, {context.shared.zone, context.shared.now_micros}, out);
}

bool ParseByCast(const KernelContext&, Text text, int32_t* out) {
  return ParseSparkDate(text, out);
}

// try_to_date and try_to_timestamp: NULL for a text that does not fit.
template <typename T>
Result<Datum> TryParseText(const KernelContext& context, const Args& args) {
  if (args[0].type()->id() != arrow::Type::STRING) return args[0];
  Patterns patterns(context, Use::kParse);
  const bool has_pattern = args.size() == 2;
  const ColumnView<Text> texts(args[0]), formats(PatternOf(args));
  typename arrow::TypeTraits<
      std::conditional_t<sizeof(T) == 4, arrow::Date32Type, arrow::TimestampType>>::BuilderType
      builder(context.type(), arrow::default_memory_pool());
  ARROW_RETURN_NOT_OK(builder.Reserve(context.num_rows));
  for (int64_t row = 0; row < context.num_rows; ++row) {
    T value = 0;
    bool is_read = texts.IsValid(row) && formats.IsValid(row);
    if (is_read && has_pattern) {
      const DatetimePattern* pattern = patterns.Find(formats[row]);
      ARROW_RETURN_NOT_OK(patterns.status());
      is_read = ParseBy(*pattern, context, texts[row], &value);
    } else if (is_read) {
      is_read = ParseByCast(context, texts[row], &value);
    }
    if (is_read) {
      builder.UnsafeAppend(value);
    } else {
      builder.UnsafeAppendNull();
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return Datum(std::move(array));
}

// to_timestamp and its like with a format; what was no text, the argument's cast read.
template <typename T>
Result<Datum> ParseText(const KernelContext& context, const Args& args) {
  if (args[0].type()->id() != arrow::Type::STRING) return args[0];
  Patterns patterns(context, Use::kParse);
  auto result = MapChecked<T, Text, Text>(
      context, args,
      [&](Text text, Text pattern_text, T* out) {
        const DatetimePattern* pattern = patterns.Find(pattern_text);
        return pattern != nullptr && ParseBy(*pattern, context, text, out);
      },
      [&](Text text, Text pattern) {
        if (!patterns.status().ok()) return patterns.status();
        return context.Error(
            "CANNOT_PARSE_TIMESTAMP",
            fmt::format("the text does not fit the pattern '{}': '{}'", pattern, text));
      });
  return result;
}

bool ParseTimeOfDay(const DatetimePattern& pattern, Text text, int64_t* micros) {
  if (!pattern.ParseLocal(text, micros)) return false;
  *micros = FloorRemainder(*micros, kMicrosPerDay);
  return true;
}

Status CannotParseTime(const KernelContext& context, Text text, Text pattern) {
  return context.Error("CANNOT_PARSE_TIME",
                       fmt::format("the text does not fit the pattern '{}': '{}'", pattern, text));
}

Result<Datum> ToTime(const KernelContext& context, const Args& args) {
  if (args.size() == 1) {
    return MapChecked<int64_t, Text>(context, args, ParseSparkTime, [&](Text text) {
      return CannotParseTime(context, text, "HH:mm:ss.SSSSSS");
    });
  }
  Patterns patterns(context, Use::kParse);
  return MapChecked<int64_t, Text, Text>(
      context, args,
      [&](Text text, Text pattern_text, int64_t* out) {
        const DatetimePattern* pattern = patterns.Find(pattern_text);
        return pattern != nullptr && ParseTimeOfDay(*pattern, text, out);
      },
      [&](Text text, Text pattern) {
        return patterns.status().ok() ? CannotParseTime(context, text, pattern) : patterns.status();
      });
}

// NULL for a pattern that is none too.
Result<Datum> TryToTime(const KernelContext& context, const Args& args) {
  if (args.size() == 1) return MapOrNull<int64_t, Text>(context, args, ParseSparkTime);
  std::optional<Patterns> patterns;
  return MapOrNull<int64_t, Text, Text>(
      context, args, [&](Text text, Text pattern_text, int64_t* out) {
        if (!patterns || !patterns->status().ok()) patterns.emplace(context, Use::kParse);
        const DatetimePattern* pattern = patterns->Find(pattern_text);
        return pattern != nullptr && ParseTimeOfDay(*pattern, text, out);
      });
}

// Unlike unix_seconds, it cuts the fraction off: before 1970 that is upwards.
Result<Datum> UnixTimestamp(const KernelContext& context, const Args& args) {
  if (args.empty()) {
    return Datum(std::make_shared<arrow::Int64Scalar>(
        FloorDivide(context.shared.now_micros, kMicrosPerSecond)));
  }
  ARROW_ASSIGN_OR_RAISE(Datum moments, ParseText<int64_t>(context, {args[0], PatternOf(args)}));
  return Map<int64_t, int64_t>(context, {moments},
                               [](int64_t micros) { return micros / kMicrosPerSecond; });
}

}  // namespace

std::span<const NamedKernel> DateFormatKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"date_format", FormatMicros, PreparePattern<Use::kFormat>},
      {"from_unixtime", FromUnixTime, PreparePattern<Use::kFormat>},
      {"to_date", ParseText<int32_t>, PreparePattern<Use::kParse>},
      {"to_timestamp", ParseText<int64_t>, PreparePattern<Use::kParse>},
      {"to_timestamp_ntz", ParseText<int64_t>, PreparePattern<Use::kParse>},
      {"to_time", ToTime, PreparePattern<Use::kParse>},
      {"try_to_time", TryToTime},
      {"try_to_date", TryParseText<int32_t>, PreparePattern<Use::kParse>},
      {"try_to_timestamp", TryParseText<int64_t>, PreparePattern<Use::kParse>},
      {"to_unix_timestamp", UnixTimestamp, PreparePattern<Use::kParse>},
      {"unix_timestamp", UnixTimestamp, PreparePattern<Use::kParse>},
  };
  return kKernels;
}

}  // namespace tarn::local
